import type { Context } from '../context.ts';
import { distance } from '../core/time.ts';

/** A time as an answer tells it. */
export type When = (time: string) => string;

/** To a person how long ago it is or how soon, to whatever reads a pipe the time itself. */
export function whenFor({ streams }: Pick<Context, 'streams'>): When {
  return streams.stdout.isTTY ? (time) => distance(time) : (time) => time;
}

/** The same where there is room for both. */
export function whenInFull({ streams }: Pick<Context, 'streams'>): When {
  return streams.stdout.isTTY ? (time) => `${distance(time)} (${time})` : (time) => time;
}
