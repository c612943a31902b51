import type { VerifyOptions } from '../../verify/verify.ts';

/** With what providers are asked to do something. */
export interface RunOptions extends Pick<VerifyOptions, 'env' | 'allowHttp' | 'now' | 'divert' | 'trace'> {
  /** Ends what only waits; what is being sent comes to its answer. */
  interrupted: AbortSignal;
  /** Waits so long, or until the signal. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const defaultSleep: RunOptions['sleep'] = async (ms, signal) => {
  const { setTimeout: wait } = await import('node:timers/promises');
  await wait(ms, undefined, { signal }).catch(() => undefined);
};
