const wildcard = '*';
const deepWildcard = '**';

/**
 * Whether a claim is what a pattern asks for, from its first character to its last. `*` stands for any characters but `/`
 * and `:`, which part a claim into what its issuer vouches for one by one; `**` for any at all.
 */
export function fitsPattern(pattern: string, claim: string): boolean {
  // The ends of all beginnings of the claim that the pieces so far can be. No pattern takes longer than its length times the claim's.
  let ends = new Set([0]);
  for (const piece of pattern.split(/(\*{1,2})/).filter((each) => each !== '')) {
    const next = new Set<number>();
    for (const end of ends) {
      if (!piece.startsWith(wildcard)) {
        if (claim.startsWith(piece, end)) next.add(end + piece.length);
        continue;
      }
      for (let at = end; !next.has(at); at += 1) {
        next.add(at);
        const char = claim[at];
        if (char === undefined || (piece !== deepWildcard && (char === '/' || char === ':'))) break;
      }
    }
    ends = next;
  }
  return ends.has(claim.length);
}

/** Whether a pattern says itself whom it means: no wildcard stands before its first `/`. */
export function namesOwner(pattern: string): boolean {
  return !(pattern.split('/')[0] ?? '').includes(wildcard);
}
