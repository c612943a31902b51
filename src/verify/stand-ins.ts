import type { Environment } from '../config/environment.ts';
import { isLoopback } from '../core/loopback.ts';
import { originsOf } from '../core/origins.ts';
import { providers } from '../providers/index.ts';

/** A variable that puts an address in the place of a hosted API. */
export interface StandIn {
  variable: string;
  /** Of the API, `https://host[:port]`. */
  replaced: string;
  /** Where what is meant for that goes. */
  origin: string;
}

/** Those that are set to an address. */
export function standInsOf(env: Environment): StandIn[] {
  const apis = new Map(providers.flatMap(({ apis }) => apis).map((api) => [api.variable, api]));
  return [...apis.values()].flatMap(({ base, variable }) => {
    const [origin] = originsOf([env[variable] ?? '']);
    const [replaced] = originsOf([base]);
    return origin === undefined || replaced === undefined ? [] : [{ variable, replaced, origin }];
  });
}

/** Whether it leads away from this machine, where others receive what is sent. */
export function isElsewhere({ origin }: StandIn): boolean {
  return !isLoopback(new URL(origin).hostname);
}
