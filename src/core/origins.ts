import { quotable, sentenceList } from './text.ts';

/** The origins of addresses (`https://host[:port]`), each once, sorted; what is no web address has none. */
export function originsOf(addresses: readonly string[]): string[] {
  const origins = addresses.flatMap((address) => {
    const url = URL.parse(address);
    return url && /^https?:$/.test(url.protocol) ? [url.origin] : [];
  });
  return [...new Set(origins)].sort();
}

/** For people. */
export function originsTold(origins: readonly string[]): string {
  return sentenceList(origins.map((origin) => quotable(origin))) || 'nowhere';
}

export function isSameAudience(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return one?.join(' ') === other.join(' ');
}
