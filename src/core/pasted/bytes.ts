import { gunzipSync, inflateSync } from 'node:zlib';
import { derLabel } from './der.ts';

/** The longest text that is unpacked: no key and no key file is as long. */
const maxBytes = 128 * 1024;

/** The text that bytes hold, in UTF-8 or UTF-16, with or without a byte-order mark; undefined where they hold none. */
export function textOfBytes(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function encodingOf(bytes: Buffer): string {
  const mark = bytes.length > 1 ? bytes.readUInt16BE(0) : 0;
  if (mark === 0xfffe || isPaired(bytes, 1)) return 'utf-16le';
  return mark === 0xfeff || isPaired(bytes, 0) ? 'utf-16be' : 'utf-8';
}

/** Whether a zero stands beside every letter, as in UTF-16 without its mark. */
function isPaired(bytes: Buffer, zero: 0 | 1): boolean {
  return bytes.length > 3 && bytes.length % 2 === 0 && bytes.every((byte, at) => (byte === 0) === (at % 2 === zero));
}

/** The text in bytes that were packed on their way: a key alone (DER), or a text that may be compressed. */
export function packedText(bytes: Buffer): string | undefined {
  const plain = unzipped(bytes);
  if (!plain) return undefined;
  const label = derLabel(plain);
  if (label !== undefined) return `-----BEGIN ${label}-----\n${plain.toString('base64')}\n-----END ${label}-----`;
  return textOfBytes(plain);
}

function unzipped(bytes: Buffer): Buffer | undefined {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const isZlib = bytes[0] === 0x78 && bytes.length > 2 && bytes.readUInt16BE(0) % 31 === 0;
  if (!isGzip && !isZlib) return bytes;
  try {
    return (isGzip ? gunzipSync : inflateSync)(bytes, { maxOutputLength: maxBytes });
  } catch {
    return isGzip ? undefined : bytes;
  }
}
