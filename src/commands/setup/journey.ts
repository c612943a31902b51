import type { Context } from '../../context.ts';
import { type CategoryName, categories, categoryList } from '../../core/category.ts';
import { AppError } from '../../core/error.ts';
import type { Provider } from '../../core/provider.ts';
import { quotable } from '../../core/text.ts';
import type { Integration } from '../../db/stores/codec.ts';
import { type Choice, StepBack } from '../../input/prompter.ts';
import { findProvider, providersOf } from '../../providers/index.ts';
import type { VerifyOptions } from '../../verify/verify.ts';
import { storeNew } from '../integration/add.ts';
import { guideCorrection, guideNew } from '../integration/guided.ts';
import { providerOf } from '../integration/present.ts';
import { openScope, type Scope } from '../integration/scope.ts';
import { changesOf, storeChange } from '../integration/update.ts';
import { type Overview, readOverview } from '../overview.ts';
import { linesOf } from '../status.ts';
import { countSubjects, subjectsOf, verifyAll } from '../verification/run.ts';
import { forgetHalt, type Halt, readHalt, writeHalt } from './resume.ts';
import { announce, type StepTitle, say } from './step.ts';

const stops: Readonly<Record<CategoryName, { title: StepTitle; purpose: string }>> = {
  scm: { title: 'SCM', purpose: 'Where the code is: the repositories that releases are built from.' },
  target: { title: 'Targets', purpose: 'Where releases go: the apps in their stores.' },
  pipeline: { title: 'Pipelines', purpose: 'What builds a release from an SCM, for a target.' },
  communication: { title: 'Communication', purpose: 'Who hears of a release, and where.' },
  ticket: { title: 'Tickets', purpose: 'Where the work for a release is tracked.' },
};

/** Something to do in a category. */
type Deed =
  | { go: 'add'; provider: Provider; draft?: Halt['draft'] }
  | { go: 'change'; row: Integration }
  | { go: 'check' };

/** What the person does next. */
type Way = Deed | { go: 'on' } | { go: 'back' } | { go: 'end' };

/** Leads through the categories, from where it was left; each can be skipped, repeated and gone back to. */
export async function goThroughCategories(context: Context, options: VerifyOptions): Promise<void> {
  const scope = await openScope(context);
  await Promise.all([context.account(), context.sealer()]);
  const halt = readHalt(context.directories, scope.tenantId);
  let place = firstStop(halt, await readOverview(context));
  let { draft } = halt ?? {};
  while (place >= 0) {
    const category = categoryList[place];
    if (!category) break;
    await writeHalt(context.directories, scope.tenantId, { category: category.name, draft });
    const way = await nextWay(context, await readOverview(context), category.name, draft);
    draft = undefined;
    if (way.go === 'end') break;
    if (way.go === 'on') place += 1;
    else if (way.go === 'back') place -= 1;
    else draft = await act(context, scope, options, category.name, way);
  }
  forgetHalt(context.directories);
}

/** Where it was left, else the first category without an integration, else the first. */
function firstStop(halt: Halt | undefined, { integrations }: Overview): number {
  const isNext = halt
    ? (name: CategoryName) => name === halt.category
    : (name: CategoryName) => integrations[name].length === 0;
  return Math.max(
    0,
    categoryList.findIndex(({ name }) => isNext(name)),
  );
}

async function nextWay(context: Context, overview: Overview, name: CategoryName, draft: Halt['draft']): Promise<Way> {
  const { title, purpose } = stops[name];
  announce(context, title, purpose);
  for (const line of linesOf(name, overview)) say(context, line);
  const rows = overview.integrations[name];
  const drafted = draft && findProvider(name, draft.provider);
  const place = categoryList.findIndex((category) => category.name === name);
  const following = categoryList[place + 1];
  const on: Choice<Way> = {
    name: following
      ? `${rows.length > 0 ? 'Go on' : 'Skip for now'}, to ${stops[following.name].title.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())}`
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

/** @returns the answers of an integration that could not be stored, to go on with */
async function act(
  context: Context,
  scope: Scope,
  options: VerifyOptions,
  category: CategoryName,
  deed: Deed,
): Promise<Halt['draft']> {
  let draft: Halt['draft'];
  try {
    if (deed.go === 'check') await check(context, scope, options, category);
    else if (deed.go === 'change') await change(context, scope, options, deed.row);
    else {
      const { provider } = deed;
      const remember = async (values: NonNullable<Halt['draft']>['values']) => {
        draft = { provider: provider.name, values };
        await writeHalt(context.directories, scope.tenantId, { category, draft });
      };
      const guided = await guideNew(context, {
        scope,
        provider,
        options,
        remember,
        ...(deed.draft ? { draft: deed.draft.values } : {}),
      });
      if (guided) await storeNew(context, scope, provider, guided.values, guided.verdict);
    }
    return undefined;
  } catch (error) {
    if (error instanceof StepBack) return draft;
    // What the person can mend here is no reason to end the way.
    if (!(error instanceof AppError) || !['CONFLICT', 'NOT_FOUND', 'USAGE', 'VALIDATION'].includes(error.code))
      throw error;
    say(context, `${error.message}.`);
    if (error.hint !== undefined) say(context, error.hint);
    return draft;
  }
}

async function check(context: Context, scope: Scope, options: VerifyOptions, category: CategoryName): Promise<void> {
  const selection = { names: [category], tenantId: scope.tenantId, filter: {} };
  await verifyAll(context, subjectsOf(context, selection), options, () => countSubjects(context, selection));
  if (options.interrupted.aborted) throw new AppError('CANCELLED', 'Cancelled.');
}

async function change(context: Context, scope: Scope, options: VerifyOptions, row: Integration): Promise<void> {
  const { category } = Object.values(scope.stores).find(({ category }) => row[category.typeColumn] !== undefined) ?? {};
  const found = category && (await scope.stores[category.name].get(row.id));
  if (!category || !found) throw new AppError('NOT_FOUND', `"${quotable(row.displayName)}" is not there any more`);
  const provider = providerOf(category, found);
  const guided = await guideCorrection(context, { scope, provider, options, found });
  if (!guided) return;
  const changes = await changesOf(context, category, found, guided.values);
  if (Object.keys(changes).length === 0) context.note('Nothing was changed: everything is as given already.');
  else await storeChange(context, scope, { provider, found, changes, verdict: guided.verdict });
}
