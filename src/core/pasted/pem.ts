/** One block of PEM, or what is left of one. */
export interface PemBlock {
  /** As it should be written, such as `EC PRIVATE KEY`. */
  label: string;
  /** Undefined where characters stand in it that base64 has not. */
  der: Buffer | undefined;
  isEncrypted: boolean;
  hasBegin: boolean;
  hasEnd: boolean;
}

const kinds = String.raw`(?:ENCRYPTED|RSA|EC|DSA|OPENSSH|PGP|SSH2|NEW|TRUSTED|ANY)?\s*(?:PRIVATE\s*KEY(?:\s*BLOCK)?|PUBLIC\s*KEY(?:\s*BLOCK)?|CERTIFICATE(?:\s*REQUEST)?|PARAMETERS|PKCS7)`;
/** However many dashes there still are, and whatever has become of the blanks. */
const marker = new RegExp(String.raw`-{0,9}\s?(BEGIN|END)\s*(${kinds})(?:\s?-{1,9})?`, 'gi');

/** More than a key with all its certificates has. */
const mostMarkers = 40;

/** The blocks of a text. Line breaks, indentation and dashes may be gone: what a key is shows in what it holds. */
export function pemBlocks(text: string): PemBlock[] {
  const markers = [...text.matchAll(marker)]
    .slice(0, mostMarkers)
    .map(({ index, 0: all, 1: word = '', 2: label = '' }) => ({
      isBegin: word.toUpperCase() === 'BEGIN',
      label: spelt(label),
      start: index,
      end: index + all.length,
    }));
  return markers.flatMap(({ isBegin, label, start, end }, index) => {
    const next = markers[index + 1];
    const previous = markers[index - 1];
    if (isBegin)
      return [blockOf(label, text.slice(end, next?.start), { hasBegin: true, hasEnd: next?.isBegin === false })];
    return previous ? [] : [blockOf(label, text.slice(0, start), { hasBegin: false, hasEnd: true })];
  });
}

function spelt(label: string): string {
  return label
    .toUpperCase()
    .replace(/\s+/g, '')
    .replace(/(PRIVATE|PUBLIC|CERTIFICATE)(?=.)/, '$1 ')
    .replace(/(KEY)(?=BLOCK)/, '$1 ')
    .replace(/(.)(PRIVATE|PUBLIC|PARAMETERS)/, '$1 $2');
}

function blockOf(label: string, body: string, ends: Pick<PemBlock, 'hasBegin' | 'hasEnd'>): PemBlock {
  const isEncrypted = label.startsWith('ENCRYPTED') || /Proc-Type: ?4, ?ENCRYPTED/i.test(body);
  // What parts and frames lines; it is no part of base64, and whatever else was lost shows when the key is read.
  const compact = body.replace(/[\s,;|>"'`\\.*#:]+/g, '');
  const isBase64 = /^[A-Za-z0-9+/_-]*={0,3}-{0,9}$/.test(compact);
  return { label, der: isBase64 ? Buffer.from(compact, 'base64') : undefined, isEncrypted, ...ends };
}
