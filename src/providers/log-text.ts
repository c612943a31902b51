/**
 * The whole characters in a piece of UTF-8; the bytes of one that is cut at its end stay for the next piece.
 * @param before what stayed of the last piece, in base64
 */
export function wholeCharacters(piece: Uint8Array, before = ''): { text: string; rest: string } {
  const bytes = Buffer.concat([Buffer.from(before, 'base64'), piece]);
  const end = bytes.length - cutAtEnd(bytes);
  return { text: bytes.toString('utf8', 0, end), rest: bytes.toString('base64', end) };
}

/** How many bytes at the end begin a character that goes on. */
function cutAtEnd(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? back : 0;
  }
  return 0;
}
