import { openScope, type Scope, viewOf } from '../../app/scope.ts';
import { verifyFirst, verifyFirstFlags } from '../../app/verify-first.ts';
import type { Context } from '../../context.ts';
import type { Category } from '../../core/category.ts';
import { AppError, usage } from '../../core/error.ts';
import type { FieldValue, FieldValues } from '../../core/field.ts';
import type { Provider } from '../../core/provider.ts';
import { Secret } from '../../core/secret.ts';
import { quotable, withArticle } from '../../core/text.ts';
import { sealedValues, withReset } from '../../db/stores/changes.ts';
import { type Integration, providerOf, type StoredValue } from '../../db/stores/codec.ts';
import { readField, refuseProblems } from '../../input/collect.ts';
import { createSources } from '../../input/source.ts';
import { providersOf } from '../../providers/index.ts';
import { type Command, type Input, switchFlag } from '../command.ts';
import { verifyOptions } from '../verification/options.ts';
import { allFlags, isUntold, refuseForeignFlags, withReferences } from './add.ts';
import { readFlags } from './field-flags.ts';
import type { Guided } from './guided.ts';
import type { Guidance } from './guided-form.ts';
import { keysOf, storedValues } from './present.ts';

export function updateVerb(category: Category): Command {
  return {
    name: 'update',
    summary: `Change ${withArticle(category.noun)}`,
    description:
      "Only what is given changes; --flag '' empties an optional field. Without any flag, and in a terminal, it asks for each field.",
    args: [{ name: 'ref', help: 'Its name or its id', required: true }],
    flags: [...allFlags(providersOf(category.name)), { name: 'disabled', help: 'Switch it off' }, ...verifyFirstFlags],
    examples: [`integrations ${category.name} update mobile --name mobile-app`],
    keys: keysOf(category),
    run: (context, input) => update(context, category, input),
  };
}

async function update(context: Context, category: Category, input: Input) {
  const scope = await openScope(context);
  const found = await scope.findForChange(category.name, input.args[0] ?? '');
  const provider = providerOf(category, found);
  refuseForeignFlags(provider, category, input);
  const switchedOff = switchFlag(input, 'disabled') ? { isActive: false } : {};
  const guided =
    isUntold(category, input) && !('isActive' in switchedOff)
      ? await fromAnswers(context, { scope, provider, found, options: verifyOptions(context, input) })
      : undefined;
  const values = guided?.values ?? (await fromFlags(context, scope, provider, found, input));
  refuseProblems(provider, { ...storedValues(provider, found), ...values });
  const changes = { ...(await changesOf(context, category, found, values)), ...switchedOff };
  if (Object.keys(changes).length === 0) {
    context.note('Nothing was changed: everything is as given already.');
    return viewOf(scope, category, found);
  }
  const verdict = guided
    ? { columns: guided.verdict, failure: () => undefined }
    : await verdictOn(context, scope, { category, found, values }, input);
  const stored = await storeChange(context, scope, { provider, found, changes, verdict: verdict.columns });
  return { ...(await viewOf(scope, category, stored)), failure: () => verdict.failure(stored) };
}

async function fromAnswers(context: Context, guidance: Guidance): Promise<Guided> {
  if (!context.canAsk) {
    throw usage('nothing to change: no flag is given', {
      hint: `integrations ${guidance.provider.category.name} update --help`,
    });
  }
  const { guideChange } = await import('./guided.ts');
  const guided = await guideChange(context, guidance);
  if (guided) return guided;
  throw new AppError('CANCELLED', 'Cancelled.');
}

/** What is to be stored: the columns that differ, and those that keep a verdict on them. */
interface Stored {
  provider: Provider;
  /** The row as it was read. */
  found: Integration;
  changes: Record<string, StoredValue>;
  verdict: Record<string, StoredValue>;
}

/** @throws AppError CONFLICT when the row has changed since it was read */
export async function storeChange(
  context: Context,
  scope: Scope,
  { provider, found, changes, verdict }: Stored,
): Promise<Integration> {
  const { name, noun } = provider.category;
  warnOfStaleEnd(context, provider, found, changes);
  const stored = await scope.transaction((stores) =>
    stores[name].update(found, { ...withReset(provider, found, changes), ...verdict }),
  );
  context.note(`Changed the ${noun} "${quotable(stored.displayName)}".`);
  return stored;
}

interface Change {
  category: Category;
  found: Integration;
  values: FieldValues;
}

/** With `--verify`, what the provider says of the row as it will be. */
async function verdictOn(context: Context, scope: Scope, { category, found, values }: Change, input: Input) {
  const { openValues } = await import('../../verify/verify.ts');
  const whole = switchFlag(input, 'verify') ? openValues(category, found, await context.sealer(), values) : {};
  const asked = { category, row: found, values: { ...whole, ...values }, given: values };
  return verifyFirst(context, scope.stores, asked, input);
}

async function fromFlags(
  context: Context,
  scope: Scope,
  provider: Provider,
  found: Integration,
  input: Input,
): Promise<FieldValues> {
  const stored = storedValues(provider, found);
  const given = await withReferences(
    await readFlags(provider, input.flags, createSources(context.env, context.streams.stdin), stored),
    scope,
    provider,
  );
  const values: Record<string, FieldValue> = {};
  for (const field of provider.fields.filter(({ name }) => name in given)) {
    values[field.name] = given[field.name] === null ? null : readField(field, given[field.name], context.warn);
  }
  return values;
}

/** The values that differ from what is stored, as they are stored. A credential is sealed anew, whatever is stored. */
export async function changesOf(
  context: Context,
  category: Category,
  found: Integration,
  values: FieldValues,
): Promise<Record<string, StoredValue>> {
  const differing = Object.entries(values).filter(
    ([column, value]) => value instanceof Secret || JSON.stringify(value) !== JSON.stringify(found[column]),
  );
  if (!differing.some(([, value]) => value instanceof Secret))
    return Object.fromEntries(differing) as Record<string, StoredValue>;
  return sealedValues(category, found.id, Object.fromEntries(differing) as FieldValues, await context.sealer());
}

/** Warns of an end that somebody noted for the credential that is replaced. */
export function warnOfStaleEnd(
  context: Context,
  provider: Provider,
  found: Integration,
  changes: Record<string, StoredValue>,
): void {
  const newCredential = provider.fields.some(({ name, credential }) => credential && name in changes);
  if (!newCredential || provider.tellsExpiry || 'credentialExpiresAt' in changes || found.credentialExpiresAt === null)
    return;
  context.warn(
    `It still says that the credential ends on ${found.credentialExpiresAt.slice(0, 10)}; --expires-at corrects that.`,
  );
}
