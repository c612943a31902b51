/** Times as they are stored and told: `2026-12-31T00:00:00Z`, to the second and in UTC. */
export function moment(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** A moment as the tables hold it: `2026-12-31 00:00:00`. */
export function toStored(text: string): string {
  return text.replace('T', ' ').replace('Z', '');
}

/** The other way round. */
export function fromStored(text: string): string {
  return `${text.replace(' ', 'T')}Z`;
}

const unitMs: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3 };

export const dayMs = 86_400_000;

/** Moments from one to another, both as they are told. */
export interface Period {
  from: string;
  to: string;
}

const otherClocksMs = 5 * 60e3;

/** What lies no longer back than that. The clock of another machine may be some minutes ahead. */
export function lately(lengthMs: number, now = Date.now()): Period {
  return { from: moment(new Date(now - lengthMs)), to: moment(new Date(now + otherClocksMs)) };
}

/** Milliseconds of `30m`, `24h` or `7d`; undefined for any other text. */
export function durationMs(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const length = unitMs[unit];
  return count === undefined || length === undefined ? undefined : Number(count) * length;
}

const spans: readonly (readonly [unit: string, lengthMs: number])[] = [
  ['year', 365.25 * dayMs],
  ['month', 30.44 * dayMs],
  ['day', dayMs],
  ['hour', 3600e3],
  ['minute', 60e3],
];

/** How far a time is from now, in its largest unit: `3 days ago`, `in 12 days`, `just now`. */
export function distance(time: string, now = Date.now()): string {
  const ahead = Date.parse(time) - now;
  const length = Math.abs(ahead);
  // From two on, so that nothing between one and two days is called one.
  const [unit, lengthMs] = spans.find(([, each]) => length >= 2 * each) ?? ['minute', 60e3];
  const count = Math.floor(length / lengthMs);
  if (count === 0) return ahead > 0 ? 'within a minute' : 'just now';
  const told = `${count} ${unit}${count === 1 ? '' : 's'}`;
  return ahead > 0 ? `in ${told}` : `${told} ago`;
}
