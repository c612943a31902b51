import type { Environment } from '../config/environment.ts';
import { originsOf } from '../core/origins.ts';
import { providers } from '../providers/index.ts';

/** Origins that stand for others, which what is meant for these may go to. */
export type StandIns = ReadonlyMap<string, readonly string[]>;

/** Those that the variables put in the place of hosted APIs. */
export function standInsOf(env: Environment): StandIns {
  const standIns = new Map<string, readonly string[]>();
  for (const { base, variable } of providers.flatMap(({ apis }) => apis)) {
    for (const origin of originsOf([env[variable] ?? ''])) {
      standIns.set(origin, [...(standIns.get(origin) ?? []), ...originsOf([base])]);
    }
  }
  return standIns;
}
