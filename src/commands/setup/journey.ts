import { type Overview, readOverview } from '../../app/overview.ts';
import { openScope, type Scope } from '../../app/scope.ts';
import { countSubjects, subjectsOf, verifyAll } from '../../app/verify-all.ts';
import type { Context } from '../../context.ts';
import { type CategoryName, categoryList } from '../../core/category.ts';
import { AppError } from '../../core/error.ts';
import { quotable } from '../../core/text.ts';
import { type Integration, providerOf } from '../../db/stores/codec.ts';
import { StepBack } from '../../input/prompter.ts';
import type { VerifyOptions } from '../../verify/verify.ts';
import { storeNew } from '../integration/add.ts';
import { guideCorrection, guideNew } from '../integration/guided.ts';
import { changesOf, storeChange } from '../integration/update.ts';
import { linesOf } from '../status.ts';
import { type Deed, nextWay, stops } from './menu.ts';
import { forgetHalt, type Halt, readHalt, writeHalt } from './resume.ts';
import { say } from './step.ts';

/** Leads through the categories, from where it was left; each can be skipped, repeated and gone back to. */
export async function goThroughCategories(context: Context, options: VerifyOptions): Promise<void> {
  const scope = await openScope(context);
  await context.account();
  await context.sealer();
  const halt = readHalt(context.directories, scope.tenantId);
  const overview = await readOverview(context);
  tellWhatIsThere(context, overview);
  let place = firstStop(halt, overview);
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

function tellWhatIsThere(context: Context, overview: Overview): void {
  const lines = categoryList.flatMap(({ name }) =>
    linesOf(name, overview).map((line) => `${stops[name].title.padEnd(13)}  ${line}`),
  );
  if (lines.length === 0) return;
  context.note('\nThere already:');
  for (const line of lines) say(context, line);
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
