/** The label that PEM has for a structure of ASN.1, as its first members tell it; undefined for other bytes. */
export function derLabel(der: Buffer): string | undefined {
  const outer = member(der, 0);
  if (outer?.tag !== sequence || outer.end > der.length) return undefined;
  const first = member(der, outer.start);
  if (!first) return undefined;
  const second = member(der, first.end);
  if (!second || second.end > outer.end) return undefined;
  if (first.tag === sequence) return ofSequence.get(second.tag);
  if (first.tag !== integer) return undefined;
  const isVersion = first.end - first.start === 1;
  return isVersion ? ofVersion.get(second.tag) : second.tag === integer ? 'RSA PUBLIC KEY' : undefined;
}

const [integer, bitString, octetString, sequence] = [0x02, 0x03, 0x04, 0x30];

/** By the tag of what follows. */
const ofVersion = new Map([
  [sequence, 'PRIVATE KEY'],
  [integer, 'RSA PRIVATE KEY'],
  [octetString, 'EC PRIVATE KEY'],
]);
const ofSequence = new Map([
  [bitString, 'PUBLIC KEY'],
  [octetString, 'ENCRYPTED PRIVATE KEY'],
  [sequence, 'CERTIFICATE'],
]);

interface Member {
  tag: number;
  start: number;
  end: number;
}

/** Tag, length and value, as DER has them one after the other. */
function member(der: Buffer, at: number): Member | undefined {
  const [tag, short] = [der[at], der[at + 1]];
  if (tag === undefined || short === undefined) return undefined;
  const count = short < 0x80 ? 0 : short & 0x7f;
  const start = at + 2 + count;
  if (count > 4 || start > der.length) return undefined;
  const length = count === 0 ? short : der.readUIntBE(at + 2, count);
  return { tag, start, end: start + length };
}

/** Whether bytes end before the structure that they begin does. */
export function isCutDer(der: Buffer): boolean {
  const outer = member(der, 0);
  return outer?.tag === sequence && outer.end > der.length;
}
