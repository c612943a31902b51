import { diverting } from '../../app/diverting.ts';
import type { Context } from '../../context.ts';
import { usage } from '../../core/error.ts';
import { durationMs } from '../../core/time.ts';
import type { VerifyOptions } from '../../verify/verify.ts';
import { type Flag, type Input, numberFlag, switchFlag, textFlag } from '../command.ts';

/** Flags of whatever asks a provider. */
export const askFlags: readonly Flag[] = [
  { name: 'timeout', value: 'seconds', help: 'For one integration (default 15)' },
  { name: 'allow-http', help: 'Send credentials over plain http too, in a network of your own' },
];

/** Flags of whatever may ask before it stores. */
export const verifyFirstFlags: readonly Flag[] = [
  { name: 'verify', help: 'Ask the provider first, and store nothing that it refuses' },
  ...askFlags,
];

/** Flags of whatever asks many providers. */
export const manyFlags: readonly Flag[] = [
  { name: 'concurrency', value: 'n', help: 'Integrations at a time (default 8)' },
  { name: 'per-host', value: 'n', help: 'Requests at a time for one host (default 4)' },
  { name: 'stale', value: 'duration', help: 'Only those not verified within it: 30m, 24h, 7d' },
  ...askFlags,
];

export function verifyOptions(context: Context, input: Input): VerifyOptions {
  return {
    env: context.env,
    concurrency: numberFlag(input, 'concurrency', { preset: 8, least: 1, most: 1000 }),
    perHost: numberFlag(input, 'per-host', { preset: 4, least: 1, most: 1000 }),
    timeoutMs: numberFlag(input, 'timeout', { preset: 15, least: 1, most: 3600 }) * 1000,
    allowHttp: switchFlag(input, 'allow-http'),
    now: () => new Date(),
    interrupted: context.interruption.signal,
    divert: diverting(context),
    ...(context.flags.debug ? { trace: context.debug } : {}),
  };
}

/** Milliseconds of a duration such as `30m`, `24h` or `7d`; undefined where the flag is not given. @throws AppError USAGE */
export function durationFlag(input: Input, name: string): number | undefined {
  const text = textFlag(input, name);
  if (text === undefined) return undefined;
  const length = durationMs(text);
  if (length === undefined) throw usage(`--${name} is a duration such as 30m, 24h or 7d`, { field: name });
  return length;
}
