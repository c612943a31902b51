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
