import type { Environment, Sandbox } from '../cli.ts';
import type { Engine } from '../engines.ts';
import { addSample, workspace } from '../workspace.ts';

/** A sandbox with the samples of these providers, each called as its provider; they listen to `release_started` and `build_failed`. */
export async function boxWith(engine: Engine, env: Environment, ...providers: string[]): Promise<Sandbox> {
  const box = await workspace(engine, env);
  for (const provider of providers) await addSample(box, provider, provider);
  return box;
}
