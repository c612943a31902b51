import { change, create } from '../../app/integrations.ts';
import { type Overview, readOverview } from '../../app/overview.ts';
import { countSubjects, subjectsOf } from '../../app/verify-all.ts';
import { leftOut } from '../../app/verify-first.ts';
import type { Context } from '../../context.ts';
import { type CategoryName, categoryList } from '../../core/category.ts';
import { AppError } from '../../core/error.ts';
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
  let { draft } = saved ?? {};
  while (place >= 0) {
    const category = categoryList[place];
    if (!category) break;
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
    else draft = await act(context, scope, options, category.name, choice);
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

/** @returns the answers of an integration that could not be stored, to go on with */
async function act(
  context: Context,
  scope: Scope,
  options: VerifyOptions,
  category: CategoryName,
  action: MenuAction,
): Promise<Draft | undefined> {
  // What was answered is kept where Escape leads out of it, credentials too; only in memory, those.
  let draft = action.go === 'add' ? action.draft : undefined;
  try {
    if (action.go === 'check') await check(context, scope, options, category);
    else if (action.go === 'change') await correct(context, scope, options, action.row);
    else {
      const { provider } = action;
      const remember = async (values: Draft['values']) => {
        draft = { provider, values: { ...action.draft?.values, ...values } };
        saveProgress(context.directories, scope.tenant.id, { category, draft });
      };
      const guided = await guideNew(context, {
        scope,
        provider,
        options,
        remember,
        ...(action.draft ? { draft: action.draft.values } : {}),
      });
      if (guided) {
        const stored = await create(scope, { provider, ...guided });
        await tellAdded(context, scope.tenant, stored);
        tellIfLeftOut(context, guided, stored);
      }
    }
    return undefined;
  } catch (error) {
    if (error instanceof StepBack) return draft;
    // What the person can mend here is no reason to end the way.
    tellError(context, error, 'CONFLICT', 'NOT_FOUND', 'USAGE', 'VALIDATION');
    return draft;
  }
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

async function correct(context: Context, scope: Scope, options: VerifyOptions, row: Glance): Promise<void> {
  const category = categoryOf(row);
  const found = await scope.stores[category.name].get(row.id);
  if (!found) throw new AppError('NOT_FOUND', `"${quotable(row.displayName)}" no longer exists`);
  const provider = providerOf(category, found);
  const guided = await guideCorrection(context, { scope, provider, options, found });
  if (!guided) return;
  tellStaleEnd(context, { provider, found }, guided.values);
  const stored = await change(scope, found, guided.values, guided);
  context.note(
    stored
      ? `Changed ${await integrationTold(context, scope.tenant, stored)}.`
      : 'Nothing was changed: everything is as given already.',
  );
  if (stored) tellIfLeftOut(context, guided, stored);
}

/** What its provider said holds no more: it stands as NOT_VERIFIED. */
function tellIfLeftOut(context: Context, { decision }: Guided, stored: Integration): void {
  const error = decision && leftOut(decision, stored);
  if (error) say(context, `${error.message}.`);
}
