import type { Sandbox } from '../cli.ts';
import type { Engine } from '../engines.ts';
import { addCommand } from '../samples.ts';
import { done, workspace } from '../workspace.ts';
import type { Double } from './double.ts';

/** A sandbox with the pipeline `ios` at a double; it stores `LANE=release`. */
export async function boxAt(engine: Engine, double: Pick<Double, 'env' | 'scm' | 'pipeline'>): Promise<Sandbox> {
  const box = await workspace(engine, double.env);
  await addPipelineAt(box, double);
  return box;
}

/** The pipeline `ios` at a double, with what it uses, in the active tenant. */
export async function addPipelineAt(box: Sandbox, double: Pick<Double, 'scm' | 'pipeline'>): Promise<void> {
  const add = async (provider: string, name: string, ...more: string[]) => {
    const { args, env } = addCommand(provider, name, ...more);
    await done(box.runWith({ env }, ...args));
  };
  await add(double.scm.provider, 'code', ...double.scm.flags);
  await add('app-store', 'app');
  const links = ['--scm', 'code', '--target', 'app'];
  await add(double.pipeline.provider, 'ios', ...links, ...double.pipeline.flags);
  await done(box.run('pipeline', 'update', 'ios', '--env', 'LANE=release', '--env', 'NOTE='));
}
