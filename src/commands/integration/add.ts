import { dialogueFor, openScope, refuseUnfitScm, type Scope, viewOf } from '../../app/scope.ts';
import { verifyFirst, verifyFirstFlags } from '../../app/verify-first.ts';
import type { Context } from '../../context.ts';
import { type Category, categories } from '../../core/category.ts';
import { AppError, usage } from '../../core/error.ts';
import type { FieldValues } from '../../core/field.ts';
import type { Provider } from '../../core/provider.ts';
import { quotable, withArticle } from '../../core/text.ts';
import type { Sealer } from '../../crypto/seal.ts';
import { sealedValues } from '../../db/stores/changes.ts';
import type { Integration, NewIntegration, StoredValue } from '../../db/stores/codec.ts';
import { collectNew } from '../../input/collect.ts';
import { createSources } from '../../input/source.ts';
import { findProvider, providersOf } from '../../providers/index.ts';
import { type Command, type Input, switchFlag } from '../command.ts';
import { verifyOptions } from '../verification/options.ts';
import { flagsOf, readFlags } from './field-flags.ts';
import { blankRow, keysOf } from './present.ts';

export function addVerb(category: Category): Command {
  const providers = providersOf(category.name);
  return {
    name: 'add',
    summary: `Add ${withArticle(category.noun)}`,
    description:
      'Asks for what is missing when it runs in a terminal. A credential is given by where it stands:\nenv:NAME, file:PATH, or - for standard input; never as it is.',
    args: [{ name: 'provider', help: 'Kind of integration', choices: providers.map(({ name }) => name) }],
    flags: [...allFlags(providers), { name: 'disabled', help: 'Add it switched off' }, ...verifyFirstFlags],
    examples: providers.map((provider) => exampleOf(category, provider)),
    keys: keysOf(category),
    run: (context, input) => add(context, category, input),
  };
}

async function add(context: Context, category: Category, input: Input) {
  const isGuided = context.canAsk && input.args[0] === undefined && isUntold(category, input);
  const provider = await chosenProvider(context, category, input.args[0]);
  refuseForeignFlags(provider, category, input);
  const scope = await openScope(context);
  // What stops it is told before the first question.
  await context.account();
  await context.sealer();
  const switchedOff = switchFlag(input, 'disabled') ? { isActive: false } : {};
  if (isGuided) {
    const { guideNew } = await import('./guided.ts');
    const guided = await guideNew(context, { scope, provider, options: verifyOptions(context, input) });
    if (!guided) throw new AppError('CANCELLED', 'Cancelled.');
    const stored = await storeNew(context, scope, provider, guided.values, { ...switchedOff, ...guided.verdict });
    return viewOf(scope, category, stored);
  }
  const sources = createSources(context.env, context.streams.stdin);
  const values = await collectNew({
    provider,
    given: await withReferences(await readFlags(provider, input.flags, sources), scope, provider),
    dialogue: context.canAsk ? dialogueFor(context, scope, provider) : undefined,
    warn: context.warn,
  });
  const row = blankRow(provider, scope.tenantId, values);
  const verdict = await verifyFirst(context, scope.stores, { category, row, values, given: values }, input);
  const stored = await storeNew(context, scope, provider, values, { ...switchedOff, ...verdict.columns });
  return { ...(await viewOf(scope, category, stored)), failure: () => verdict.failure(stored) };
}

/** Whether no flag says anything of the integration itself. */
export function isUntold(category: Category, input: Input): boolean {
  const own = new Set(allFlags(providersOf(category.name)).map(({ name }) => name));
  return !Object.keys(input.flags).some((name) => own.has(name));
}

/** Stores a new integration, its credentials sealed. @param more columns beside its values */
export async function storeNew(
  context: Context,
  scope: Scope,
  provider: Provider,
  values: FieldValues,
  more: Record<string, StoredValue>,
): Promise<Integration> {
  const { category } = provider;
  const configuredByAccountId = (await context.account()).id;
  const { newId } = await import('../../core/id.ts');
  const sealed = sealedRow(newId(category.idPrefix), provider, values, await context.sealer());
  const row = { ...sealed, configuredByAccountId, ...more };
  const stored = await scope.transaction((stores) => stores[category.name].insert(row));
  context.note(`Added the ${category.noun} "${quotable(stored.displayName)}".`);
  return stored;
}

/** The provider that was named, or the answer to the question. @throws AppError USAGE with the valid names */
async function chosenProvider(context: Context, category: Category, name: string | undefined): Promise<Provider> {
  const known = providersOf(category.name);
  const names = known.map((each) => each.name).join(', ');
  if (name !== undefined) {
    const provider = findProvider(category.name, name);
    if (provider) return provider;
    throw usage(`no such provider of ${category.name}; it is one of ${names}`, {
      hint: 'integrations provider list',
      field: 'provider',
    });
  }
  if (!context.canAsk) {
    throw usage(`missing: the provider, one of ${names}`, {
      hint: `integrations ${category.name} add ${known[0]?.name}`,
      field: 'provider',
    });
  }
  return context.ask.select({
    message: 'Provider:',
    choices: known.map((each) => ({ name: each.title, value: each })),
  });
}

/** Flags of another provider of the category. @throws AppError USAGE */
export function refuseForeignFlags(provider: Provider, category: Category, input: Input): void {
  const own = new Set(flagsOf(provider, '').map(({ name }) => name));
  const all = new Set(allFlags(providersOf(category.name)).map(({ name }) => name));
  const foreign = Object.keys(input.flags).filter((name) => all.has(name) && !own.has(name));
  if (foreign.length === 0) return;
  throw usage(`${provider.name} has no ${foreign.map((name) => `--${name}`).join(', ')}`, {
    hint: `integrations provider show ${provider.name}`,
    field: foreign[0],
  });
}

/** Names and ids of other integrations as ids. @throws AppError NOT_FOUND, or VALIDATION when the SCM does not fit */
export async function withReferences(
  given: Readonly<Record<string, unknown>>,
  scope: Scope,
  provider: Provider,
): Promise<Record<string, unknown>> {
  const resolved = { ...given };
  for (const { name, kind, references } of provider.fields) {
    const ref = given[name];
    if (kind !== 'reference' || typeof ref !== 'string' || (references !== 'scm' && references !== 'target')) continue;
    const row = await scope.findForChange(references, ref);
    if (references === 'scm') refuseUnfitScm(provider, row, categories.scm);
    resolved[name] = row.id;
  }
  return resolved;
}

/** A row for a new integration, its credentials sealed for the place where they will stand. */
function sealedRow(id: string, provider: Provider, values: FieldValues, sealer: Sealer): NewIntegration {
  const { category } = provider;
  return {
    id,
    displayName: '',
    configuredByAccountId: '',
    [category.typeColumn]: provider.type,
    ...sealedValues(category, id, values, sealer),
  };
}

/** The flags of all providers, each once; what several have in common stands under no provider's name. */
export function allFlags(providers: readonly Provider[]) {
  const flags = providers.flatMap((provider) => flagsOf(provider, `Flags of ${provider.name}`));
  const shared = (name: string) => flags.filter((flag) => flag.name === name).length === providers.length;
  const seen = new Set<string>();
  return flags
    .filter(({ name }) => !seen.has(name) && seen.add(name))
    .map((flag) => (shared(flag.name) ? { ...flag, group: 'Flags' } : flag));
}

function exampleOf(category: Category, provider: Provider): string {
  const has = () => false;
  const needed = provider.fields.filter((field) => field.required || field.requiredWhen?.(has));
  const flags = needed.map(
    (field) => `--${field.flag} ${/\s/.test(field.example ?? '') ? `"${field.example}"` : field.example}`,
  );
  return `integrations ${category.name} add ${provider.name} ${flags.join(' ')}`;
}
