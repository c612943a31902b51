import { ruleOf, whyNoOther } from '../../app/addable.ts';
import type { Overview } from '../../app/overview.ts';
import type { Context } from '../../context.ts';
import { type CategoryName, categories, categoryList } from '../../core/category.ts';
import { fitsScm, type Provider } from '../../core/provider.ts';
import { quotable } from '../../core/text.ts';
import { providerOf } from '../../db/stores/codec.ts';
import type { Glance } from '../../db/stores/list.ts';
import type { Choice } from '../../input/prompter.ts';
import { StepBack } from '../../input/step-back.ts';
import { neededScm, providersOf } from '../../providers/index.ts';
import { linesOf } from '../status-view.ts';
import type { Draft } from './resume.ts';
import { announce, type StepTitle, say } from './step.ts';

/** What stands over the menu of a category. */
export const steps: Readonly<Record<CategoryName, { title: StepTitle; purpose: string }>> = {
  scm: { title: 'SCM', purpose: 'Where the code is: the repositories that releases are built from.' },
  target: { title: 'Targets', purpose: 'Where releases go: the apps in their stores.' },
  pipeline: { title: 'Pipelines', purpose: 'What builds a release from an SCM, for a target.' },
  communication: { title: 'Communication', purpose: 'Who hears of a release, and where.' },
  ticket: { title: 'Tickets', purpose: 'Where the work for a release is tracked.' },
};

/** Something to do in a category. */
export type MenuAction =
  | { go: 'add'; provider: Provider; draft?: Draft }
  | { go: 'change'; row: Glance }
  | { go: 'check' };

/** What the person does next. */
export type MenuChoice = MenuAction | { go: 'on' } | { go: 'back' } | { go: 'end' };

/** Asks what comes next in a category. */
export async function nextChoice(
  context: Context,
  overview: Overview,
  name: CategoryName,
  draft: Draft | undefined,
): Promise<MenuChoice> {
  const { title, purpose } = steps[name];
  announce(context, title, purpose);
  const rows = overview.integrations[name];
  const rule = rows.length > 0 ? ruleOf(categories[name]) : undefined;
  if (rule) context.note(rule);
  for (const line of linesOf(name, overview)) say(context, line);
  const place = categoryList.findIndex((category) => category.name === name);
  const following = categoryList[place + 1];
  const on: Choice<MenuChoice> = {
    name: following
      ? `${rows.length > 0 ? 'Go on' : 'Skip for now'}, to ${steps[following.name].title.toLowerCase()}`
      : 'Finish',
    value: { go: 'on' },
  };
  const adding = providersOf(name).map((provider): Choice<MenuChoice> => {
    const missing = missingFor(provider, overview);
    return { name: `Add ${provider.title}`, value: { go: 'add', provider }, disabled: missing };
  });
  const choices: Choice<MenuChoice>[] = [
    ...(draft
      ? [
          {
            name: `Go on adding ${draft.provider.title}`,
            value: { go: 'add', provider: draft.provider, draft } as MenuChoice,
          },
        ]
      : []),
    ...adding,
    ...rows.map(
      (row): Choice<MenuChoice> => ({ name: `Change "${quotable(row.displayName)}"`, value: { go: 'change', row } }),
    ),
    ...(rows.length > 0 ? [{ name: 'Ask the providers again', value: { go: 'check' } as MenuChoice }] : []),
    on,
    ...(place > 0 ? [{ name: 'Go back', value: { go: 'back' } as MenuChoice }] : []),
    ...(following ? [{ name: 'Finish', value: { go: 'end' } as MenuChoice }] : []),
  ];
  const isNothingToAdd = rows.length > 0 || adding.every(({ disabled }) => disabled !== undefined);
  try {
    return await context.ask.select<MenuChoice>({
      message: 'What now:',
      choices,
      ...(isNothingToAdd && !draft ? { default: on.value } : {}),
    });
  } catch (error) {
    if (error instanceof StepBack && place > 0) return { go: 'back' };
    throw error;
  }
}

/** What must be there before an integration of this provider can be, or what is there already. */
function missingFor(provider: Provider, { integrations }: Overview): string | undefined {
  const { name } = provider.category;
  if (name !== 'pipeline') return whyNoOther(provider, integrations[name]);
  const needed = neededScm(provider);
  if (!integrations.scm.some((row) => fitsScm(provider, providerOf(categories.scm, row))))
    return `needs ${needed ? `a ${needed.title} SCM` : 'an SCM'}`;
  return integrations.target.length === 0 ? 'needs a target' : undefined;
}
