import type { Context } from '../../context.ts';
import type { Category } from '../../core/category.ts';
import { usage } from '../../core/error.ts';
import { type FieldValue, type FieldValues, isNeeded } from '../../core/field.ts';
import type { Provider } from '../../core/provider.ts';
import { Secret } from '../../core/secret.ts';
import { quotable } from '../../core/text.ts';
import type { Integration, StoredValue } from '../../db/stores/codec.ts';
import { readField, refuseMisfits } from '../../input/collect.ts';
import { askFor } from '../../input/dialogue.ts';
import { createSources } from '../../input/source.ts';
import { providersOf } from '../../providers/index.ts';
import { openValues } from '../../verify/verify.ts';
import { type Command, type Input, switchFlag } from '../command.ts';
import { verifyFirst, verifyFirstFlags } from '../verification/before-storing.ts';
import { allFlags, refuseForeignFlags, sealedValues, withReferences } from './add.ts';
import { readFlags } from './field-flags.ts';
import { keysOf, providerOf } from './present.ts';
import { dialogueFor, openScope, type Scope, viewOf } from './scope.ts';

export function updateVerb(category: Category): Command {
  return {
    name: 'update',
    summary: `Change a ${category.noun}`,
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
  const values = Object.keys(input.flags).some((name) => !verifyFirstFlags.some((flag) => flag.name === name))
    ? await fromFlags(context, scope, provider, found, input)
    : await fromAnswers(context, scope, provider, found);
  refuseMisfits(provider, { ...storedValues(provider, found), ...values });
  const changes = await changesOf(context, category, found, values);
  if (switchFlag(input, 'disabled')) changes['isActive'] = false;
  warnOfStaleEnd(context, provider, found, changes);
  if (Object.keys(changes).length === 0) {
    context.note('Nothing was changed: everything is as given already.');
    return viewOf(scope, category, found);
  }
  const verdict = await verdictOn(context, scope, { category, found, values }, input);
  const stored = await scope.transaction((stores) =>
    stores[category.name].update(found, { ...withReset(provider, found, changes), ...verdict.columns }),
  );
  context.note(`Changed the ${category.noun} "${quotable(stored.displayName)}".`);
  return { ...(await viewOf(scope, category, stored)), failure: () => verdict.failure(stored) };
}

interface Change {
  category: Category;
  found: Integration;
  values: FieldValues;
}

/** With `--verify`, what the provider says of the row as it will be. */
async function verdictOn(context: Context, scope: Scope, { category, found, values }: Change, input: Input) {
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

async function fromAnswers(
  context: Context,
  scope: Scope,
  provider: Provider,
  found: Integration,
): Promise<FieldValues> {
  if (!context.canAsk) {
    throw usage('nothing to change: no flag is given', {
      hint: `integrations ${provider.category.name} update --help`,
    });
  }
  const stored = storedValues(provider, found);
  const dialogue = dialogueFor(context, scope, provider, found.id);
  const values: Record<string, FieldValue> = {};
  for (const field of provider.fields) {
    if (field.name === 'credentialExpiresAt' && provider.tellsExpiry) continue;
    const known = { ...stored, ...values };
    const has = (name: string) => (known[name] ?? null) !== null;
    const occasion = { needed: isNeeded(field, has), known, stored: stored[field.name] };
    const answer = await askFor(field, occasion, dialogue);
    if (answer !== undefined) values[field.name] = answer === null ? null : readField(field, answer, context.warn);
  }
  return values;
}

/** What a row holds, by column; a credential that is set stands as `true`. */
function storedValues(provider: Provider, row: Integration): FieldValues {
  const entries = provider.fields.map(
    ({ name, credential }) => [name, credential && row[name] !== null ? true : (row[name] ?? null)] as const,
  );
  return Object.fromEntries(entries) as FieldValues;
}

/** The values that differ from what is stored, as they are stored. A credential is opened to compare it, where a key is at hand. */
async function changesOf(
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

/** The changes, and what they undo: a verdict holds only for what it was reached with. */
export function withReset(
  provider: Provider,
  found: Integration,
  changes: Record<string, StoredValue>,
): Record<string, StoredValue> {
  const checked = provider.fields.some(({ name, checked }) => checked && name in changes);
  if (!checked) return changes;
  const toldByProvider = provider.tellsExpiry && found.lastVerifiedAt !== null && !('credentialExpiresAt' in changes);
  return {
    ...changes,
    verificationStatus: 'NOT_VERIFIED',
    lastVerifiedAt: null,
    verificationError: null,
    ...(toldByProvider ? { credentialExpiresAt: null } : {}),
  };
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
