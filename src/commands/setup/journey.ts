import { change, create } from '../../app/integrations.ts';
import { type Overview, readOverview } from '../../app/overview.ts';
import { countSubjects, subjectsOf } from '../../app/verify-all.ts';
import { leftOut } from '../../app/verify-first.ts';
import type { Context } from '../../context.ts';
import { type CategoryName, categoryList } from '../../core/category.ts';
import { AppError } from '../../core/error.ts';
import type { FieldValues } from '../../core/field.ts';
import type { Provider } from '../../core/provider.ts';
import { quotable } from '../../core/text.ts';
import { categoryOf, type Integration, providerOf } from '../../db/stores/codec.ts';
import type { Glance } from '../../db/stores/list.ts';
import { StepBack } from '../../input/step-back.ts';
import type { VerifyOptions } from '../../verify/verify.ts';
import { cancelled } from '../confirm.ts';
import { type Guided, guideCorrection, guideNew } from '../integration/guided.ts';
import { openScope, type Scope } from '../integration/scope.ts';
import { tellStaleEnd } from '../integration/stale-end.ts';
import { integrationTold, tellAdded } from '../integration/told.ts';
import { linesOf } from '../status-view.ts';
import { blockOf } from '../verification/report.ts';
import { runVerification } from '../verification/run.ts';
import { type MenuAction, nextChoice, steps } from './menu.ts';
import { type Draft, readProgress, type SetupProgress, saveProgress } from './resume.ts';
import { say, tellError } from './step.ts';

/**
 * Leads through the categories, from where it was left; each can be skipped, repeated and gone back to.
 * @param back whether a person comes back from what follows
 * @throws StepBack where Escape leads before the first category
 */
export async function goThroughCategories(context: Context, options: VerifyOptions, back: boolean): Promise<void> {
  const scope = await openScope(context);
  await context.account();
  await scope.sealer();
  const saved = readProgress(context.directories, scope.tenant.id);
  const overview = await readOverview(context, scope.tenant);
  if (!back) tellWhatIsThere(context, overview);
  let place = firstStep(saved, overview);
  const unstored: Unstored = { draft: saved?.draft, corrections: new Map() };
  while (place >= 0) {
    const category = categoryList[place];
    if (!category) break;
    const { draft } = unstored;
    saveProgress(context.directories, scope.tenant.id, { category: category.name, draft });
    const choice = await nextChoice(
      context,
      await readOverview(context, scope.tenant),
      category.name,
      draft?.provider.category.name === category.name ? draft : undefined,
    );
    if (choice.go === 'end') break;
    if (choice.go === 'on') place += 1;
    else if (choice.go === 'back') place -= 1;
    else await act(context, scope, options, { category: category.name, action: choice, unstored });
  }
}

function tellWhatIsThere(context: Context, overview: Overview): void {
  const lines = categoryList.flatMap(({ name }) =>
    linesOf(name, overview).map((line) => `${steps[name].title.padEnd(13)}  ${line}`),
  );
  if (lines.length === 0) return;
  context.note('\nThere already:');
  for (const line of lines) say(context, line);
}

/** Where it was left, else the first category without an integration, else the first. */
function firstStep(saved: SetupProgress | undefined, { integrations }: Overview): number {
  const isNext = saved
    ? (name: CategoryName) => name === saved.category
    : (name: CategoryName) => integrations[name].length === 0;
  return Math.max(
    0,
    categoryList.findIndex(({ name }) => isNext(name)),
  );
}

/** What was answered and is not stored: credentials too, but only in memory. */
interface Unstored {
  draft: Draft | undefined;
  /** Of stored integrations, by id, without credentials: those are for the address that they were given with. */
  readonly corrections: Map<string, FieldValues>;
}

/** What this cannot store is kept, to be offered again. */
async function act(
  context: Context,
  scope: Scope,
  options: VerifyOptions,
  { category, action, unstored }: { category: CategoryName; action: MenuAction; unstored: Unstored },
): Promise<void> {
  try {
    if (action.go === 'check') await check(context, scope, options, category);
    else if (action.go === 'change') await correct(context, scope, options, action.row, unstored.corrections);
    else await add(context, scope, options, action, unstored);
  } catch (error) {
    if (error instanceof StepBack) return;
    // What the person can mend here is no reason to end the way.
    tellError(context, error, 'CONFLICT', 'NOT_FOUND', 'USAGE', 'VALIDATION');
  }
}

async function add(
  context: Context,
  scope: Scope,
  options: VerifyOptions,
  { provider, draft }: Extract<MenuAction, { go: 'add' }>,
  unstored: Unstored,
): Promise<void> {
  const other = unstored.draft?.provider === provider ? undefined : unstored.draft;
  const remember = async (values: FieldValues) => {
    unstored.draft = { provider, values: { ...draft?.values, ...values } };
    saveProgress(context.directories, scope.tenant.id, { category: provider.category.name, draft: unstored.draft });
  };
  const guidance = { scope, provider, options, remember, ...(draft ? { draft: draft.values } : {}) };
  const guided = await guideNew(context, guidance);
  if (!guided) return;
  const stored = await create(scope, { provider, ...guided });
  unstored.draft = other;
  await tellAdded(context, scope.tenant, stored);
  tellIfLeftOut(context, guided, stored);
}

async function check(context: Context, scope: Scope, options: VerifyOptions, category: CategoryName): Promise<void> {
  const selection = { names: [category], tenantId: scope.tenant.id, filter: {} };
  const total = () => countSubjects(context, selection);
  const { items } = await runVerification(context, subjectsOf(context, selection), options, { total });
  const lines = [...items].flatMap((item) => blockOf(item) ?? []);
  for (const { text } of lines) say(context, text);
  if (options.interrupted.aborted) throw cancelled();
  if (lines.length === 0) say(context, 'All valid.');
}

async function correct(
  context: Context,
  scope: Scope,
  options: VerifyOptions,
  row: Glance,
  corrections: Map<string, FieldValues>,
): Promise<void> {
  const category = categoryOf(row);
  const found = await scope.stores[category.name].get(row.id);
  if (!found) throw new AppError('NOT_FOUND', `"${quotable(row.displayName)}" no longer exists`);
  const provider = providerOf(category, found);
  const draft = corrections.get(row.id) ?? {};
  const remember = async (values: FieldValues) =>
    void corrections.set(row.id, { ...draft, ...withoutCredentials(provider, values) });
  const guided = await guideCorrection(context, { scope, provider, options, found, draft, remember });
  if (!guided) {
    corrections.delete(row.id);
    return;
  }
  tellStaleEnd(context, { provider, found }, guided.values);
  const stored = await change(scope, found, guided.values, guided);
  corrections.delete(row.id);
  context.note(
    stored
      ? `Changed ${await integrationTold(context, scope.tenant, stored)}.`
      : 'Nothing was changed: everything is already as given.',
  );
  if (stored) tellIfLeftOut(context, guided, stored);
}

function withoutCredentials({ fields }: Provider, values: FieldValues): FieldValues {
  const plain = fields.filter(({ credential }) => !credential).map(({ name }) => name);
  return Object.fromEntries(Object.entries(values).filter(([name]) => plain.includes(name)));
}

/** What its provider said holds no more: it stands as NOT_VERIFIED. */
function tellIfLeftOut(context: Context, { decision }: Guided, stored: Integration): void {
  const error = decision && leftOut(decision, stored);
  if (error) say(context, `${error.message}.`);
}
