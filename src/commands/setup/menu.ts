import type { Overview } from '../../app/overview.ts';
import type { Context } from '../../context.ts';
import { type CategoryName, categories, categoryList } from '../../core/category.ts';
import type { Provider } from '../../core/provider.ts';
import { quotable } from '../../core/text.ts';
import { type Integration, providerOf } from '../../db/stores/codec.ts';
import { type Choice, StepBack } from '../../input/prompter.ts';
import { findProvider, providersOf } from '../../providers/index.ts';
import { linesOf } from '../status.ts';
import type { Halt } from './resume.ts';
import { announce, type StepTitle, say } from './step.ts';

/** What stands over the menu of a category. */
export const stops: Readonly<Record<CategoryName, { title: StepTitle; purpose: string }>> = {
  scm: { title: 'SCM', purpose: 'Where the code is: the repositories that releases are built from.' },
  target: { title: 'Targets', purpose: 'Where releases go: the apps in their stores.' },
  pipeline: { title: 'Pipelines', purpose: 'What builds a release from an SCM, for a target.' },
  communication: { title: 'Communication', purpose: 'Who hears of a release, and where.' },
  ticket: { title: 'Tickets', purpose: 'Where the work for a release is tracked.' },
};

/** Something to do in a category. */
export type Deed =
  | { go: 'add'; provider: Provider; draft?: Halt['draft'] }
  | { go: 'change'; row: Integration }
  | { go: 'check' };

/** What the person does next. */
export type Way = Deed | { go: 'on' } | { go: 'back' } | { go: 'end' };

/** Asks what comes next in a category. */
export async function nextWay(
  context: Context,
  overview: Overview,
  name: CategoryName,
  draft: Halt['draft'],
): Promise<Way> {
  const { title, purpose } = stops[name];
  announce(context, title, purpose);
  for (const line of linesOf(name, overview)) say(context, line);
  const rows = overview.integrations[name];
  const drafted = draft && findProvider(name, draft.provider);
  const place = categoryList.findIndex((category) => category.name === name);
  const following = categoryList[place + 1];
  const on: Choice<Way> = {
    name: following
      ? `${rows.length > 0 ? 'Go on' : 'Skip for now'}, to ${stops[following.name].title.toLowerCase()}`
      : 'Finish',
    value: { go: 'on' },
  };
  const adding = providersOf(name).map((provider): Choice<Way> => {
    const missing = missingFor(provider, overview);
    return { name: `Add ${provider.title}`, value: { go: 'add', provider }, disabled: missing };
  });
  const choices: Choice<Way>[] = [
    ...(drafted
      ? [{ name: `Go on adding ${drafted.title}`, value: { go: 'add', provider: drafted, draft } as Way }]
      : []),
    ...adding,
    ...rows.map(
      (row): Choice<Way> => ({ name: `Change "${quotable(row.displayName)}"`, value: { go: 'change', row } }),
    ),
    ...(rows.length > 0 ? [{ name: 'Ask the providers again', value: { go: 'check' } as Way }] : []),
    on,
    ...(place > 0 ? [{ name: 'Go back', value: { go: 'back' } as Way }] : []),
    ...(following ? [{ name: 'Finish', value: { go: 'end' } as Way }] : []),
  ];
  const isNothingToAdd = rows.length > 0 || adding.every(({ disabled }) => disabled !== undefined);
  try {
    return await context.ask.select<Way>({
      message: 'What now:',
      choices,
      ...(isNothingToAdd && !drafted ? { default: on.value } : {}),
    });
  } catch (error) {
    if (error instanceof StepBack && place > 0) return { go: 'back' };
    throw error;
  }
}

/** What must be there before an integration of this provider can be. */
function missingFor({ category, scm }: Provider, { integrations }: Overview): string | undefined {
  if (category.name !== 'pipeline') return undefined;
  const needed = scm === undefined ? undefined : findProvider('scm', scm);
  const fitting = integrations.scm.filter((row) => !needed || providerOf(categories.scm, row) === needed);
  if (fitting.length === 0) return `needs ${needed ? `a ${needed.title} SCM` : 'an SCM'}`;
  return integrations.target.length === 0 ? 'needs a target' : undefined;
}
