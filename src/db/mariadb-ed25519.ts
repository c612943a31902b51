import { createHash } from 'node:crypto';
import { Point } from '@noble/ed25519';

const order = Point.CURVE().n;

/**
 * The answer of MariaDB's `client_ed25519` to a challenge: a signature of Ed25519, but with the password itself, of any
 * length, in place of the secret key of 32 bytes. Node signs with such keys only.
 */
export function signEd25519(password: string, challenge: Uint8Array): Buffer {
  const expanded = sha512(Buffer.from(password));
  const scalar = scalarOf(clamped(expanded.subarray(0, 32)));
  const nonce = scalarOf(sha512(expanded.subarray(32), challenge));
  const [commitment, publicKey] = [Point.BASE.multiply(nonce).toBytes(), Point.BASE.multiply(scalar).toBytes()];
  const proof = (nonce + scalarOf(sha512(commitment, publicKey, challenge)) * scalar) % order;
  return Buffer.concat([commitment, littleEndian(proof)]);
}

function sha512(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function clamped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(0) & 248, 0);
  copy.writeUInt8((copy.readUInt8(31) & 63) | 64, 31);
  return copy;
}

function scalarOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`) % order;
}

function littleEndian(scalar: bigint): Buffer {
  return Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex').reverse();
}
