import { type Child, make, named } from './dom.ts';
import type { Seen, Summary } from './shapes.ts';
import { badge, statusWords } from './words.ts';

/** What a pipeline builds from and releases to, as a picture that reads as a list; undefined for one that is not known. */
export function chainOf({ status, pipelines, providers }: Seen, { id }: Pick<Summary, 'id'>): HTMLElement | undefined {
  const pipeline = pipelines.find((each) => each.id === id);
  const run = status.pipelines.find((each) => each.id === id);
  if (!pipeline || !run) return undefined;
  const link = (role: string, linked: string) => {
    const row = status.integrations.find((each) => each.id === linked);
    if (!row) return make('li', {}, make('span', { class: 'role' }, role), badge('MISSING', 'Missing'));
    const provider = providers.find(({ name }) => name === row.type)?.title ?? row.type;
    return make(
      'li',
      { class: row.verificationStatus.toLowerCase() },
      make('span', { class: 'role' }, `${role}, ${provider}`),
      named(row.displayName),
      badge(row.verificationStatus, statusWords[row.verificationStatus]),
      !row.isActive && badge('off', 'Switched off'),
    );
  };
  return make(
    'div',
    { class: 'chain' },
    make(
      'ol',
      { 'aria-label': `What ${pipeline.displayName} uses` },
      link('Source', pipeline.scmIntegrationId),
      link('Pipeline', id),
      link('Store', pipeline.targetIntegrationId),
    ),
    make('p', { class: run.canRun ? 'can-run' : 'stopped' }, ...runWords(run)),
  );
}

function runWords({ canRun, stoppedBy }: Seen['status']['pipelines'][number]): Child[] {
  return canRun ? ['Nothing known stops it.'] : [make('strong', {}, 'Stopped:'), ` ${stoppedBy.join('; ')}.`];
}
