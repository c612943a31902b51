import type { Sandbox } from '../cli.ts';
import type { Engine } from '../engines.ts';
import { addCommand } from '../samples.ts';
import { done, workspace } from '../workspace.ts';
import type { TicketDouble } from './double.ts';

/** A sandbox with the integration `board` at a double, and what `epicTemplate` it has. */
export async function boxAt(
  engine: Engine,
  double: Pick<TicketDouble, 'env' | 'provider' | 'flags'>,
  template: object | undefined = { title: 'Release {{version}}' },
): Promise<Sandbox> {
  const box = await workspace(engine, double.env);
  const { args, env } = addCommand(double.provider, 'board', ...double.flags);
  await done(box.runWith({ env }, ...args));
  await setTemplate(box, template);
  return box;
}

export async function setTemplate(box: Sandbox, template: object | undefined): Promise<void> {
  const value = template === undefined ? '' : JSON.stringify(template);
  await done(box.run('ticket', 'update', 'board', '--epic-template', value));
}
