import { openReplaced, sealReplaced } from '../../app/previous.ts';
import { dialogueFor, openScope, type Scope, viewOf } from '../../app/scope.ts';
import { askBeforeStoring, isRefused, refusedError, undecidedError, verdictColumns } from '../../app/verify-first.ts';
import type { Context } from '../../context.ts';
import type { Category } from '../../core/category.ts';
import { AppError, usage } from '../../core/error.ts';
import type { FieldValue, FieldValues } from '../../core/field.ts';
import type { Provider } from '../../core/provider.ts';
import { quotable, withArticle } from '../../core/text.ts';
import type { Verdict } from '../../core/verification.ts';
import type { Sealer } from '../../crypto/seal.ts';
import { sealedValues, withReset } from '../../db/stores/changes.ts';
import { type Integration, providerOf } from '../../db/stores/codec.ts';
import type { PreviousStore } from '../../db/stores/previous.ts';
import { readField, refuseProblems } from '../../input/collect.ts';
import { askFor } from '../../input/dialogue.ts';
import { createSources } from '../../input/source.ts';
import type { OneView } from '../../output/view.ts';
import { providersOf } from '../../providers/index.ts';
import { type Command, type Flag, type Input, switchFlag } from '../command.ts';
import { askFlags, verifyOptions } from '../verification/options.ts';
import { allFlags, refuseForeignFlags } from './add.ts';
import { readFlags } from './field-flags.ts';
import { keysOf } from './present.ts';
import { warnOfStaleEnd } from './update.ts';

export function rotateVerb(category: Category): Command {
  return {
    name: 'rotate',
    summary: `Replace the credentials of ${withArticle(category.noun)}`,
    description:
      'The provider is asked about the new ones first: where it refuses them, the old ones stay. What was replaced is kept,\nsealed, until the next rotation.',
    args: [{ name: 'ref', help: 'Its name or its id', required: true }],
    flags: [
      ...credentialFlags(category),
      { name: 'undo', help: 'Put back what the last rotation replaced; again takes that back' },
      { name: 'forget', help: 'Keep what the last rotation replaced no longer; nothing else changes' },
      { name: 'no-verify', help: 'Store them without asking, for the day the provider is down' },
      ...askFlags,
    ],
    examples: [`integrations ${category.name} rotate mobile`, `integrations ${category.name} rotate mobile --undo`],
    keys: keysOf(category),
    run: (context, input) => rotate(context, category, input),
  };
}

function credentialFlags(category: Category): Flag[] {
  const providers = providersOf(category.name);
  const names = new Set([
    'expires-at',
    ...providers.flatMap(({ fields, bundles }) =>
      [...fields.filter(({ credential }) => credential), ...bundles].map(({ flag }) => flag),
    ),
  ]);
  return allFlags(providers).filter(({ name }) => names.has(name));
}

async function rotate(context: Context, category: Category, input: Input): Promise<OneView> {
  const options = verifyOptions(context, input);
  const scope = await openScope(context);
  const found = await scope.findForChange(category.name, input.args[0] ?? '');
  const provider = providerOf(category, found);
  refuseForeignFlags(provider, category, input);
  refuseIdleFlags(category, input);
  if (!provider.fields.some(({ credential }) => credential))
    throw usage(`${provider.title} integrations of this kind have no credentials of their own`, {
      hint: hintFor(provider),
    });
  if (switchFlag(input, 'forget')) return forget(context, scope, category, found);
  const isUndo = switchFlag(input, 'undo');
  const previous = isUndo ? await scope.stores[category.name].previous.get(found.id) : undefined;
  const sealer = await context.sealer();
  const given = isUndo
    ? openReplaced(provider, found, previous, sealer)
    : await newValues(context, scope, { provider, found }, input);
  // What is replaced need not open: so this is a remedy for a credential that does not.
  const { openValues } = await import('../../verify/verify.ts');
  const values: FieldValues = { ...openValues(category, found, sealer, given), ...given };
  refuseProblems(provider, values);
  const verdict = switchFlag(input, 'no-verify')
    ? undefined
    : await asked(context, scope, { category, row: found, values, given }, options);
  const changes = withReset(provider, found, sealedValues(category, found.id, given, sealer));
  warnOfStaleEnd(context, provider, found, changes);
  const kept = verdict ? verdictColumns(verdict, options.now()) : {};
  const keepReplaced = keeping(context, { provider, found, given }, sealer);
  const row = await scope.transaction(async (stores) => {
    const changed = await stores[category.name].update(found, { ...changes, ...kept });
    await keepReplaced(stores[category.name].previous);
    return changed;
  });
  const name = `the ${category.noun} "${quotable(row.displayName)}"`;
  context.note(isUndo ? `Put back the previous credentials of ${name}.` : `Rotated the credentials of ${name}.`);
  const view = await viewOf(scope, category, row);
  return verdict ? { ...view, failure: () => failureAfter(verdict, row.displayName) } : view;
}

/** Credentials that nothing would be done with. @throws AppError USAGE */
function refuseIdleFlags(category: Category, input: Input): void {
  const [given, other] = ['undo', 'forget'].filter((name) => switchFlag(input, name));
  const unused = other ?? (given && credentialFlags(category).find(({ name }) => name in input.flags)?.name);
  if (given === undefined || unused === undefined) return;
  throw usage(`--${given} and --${unused} do not go together`, {
    hint: `integrations ${category.name} rotate --help`,
    field: unused,
  });
}

async function forget(context: Context, scope: Scope, category: Category, found: Integration): Promise<OneView> {
  const isGone = await scope.transaction((stores) => stores[category.name].forgetPrevious(found));
  const name = `the ${category.noun} "${quotable(found.displayName)}"`;
  context.note(
    isGone ? `Forgot the previous credentials of ${name}.` : `No previous credentials of ${name} were kept.`,
  );
  return viewOf(scope, category, found);
}

interface Replacement {
  provider: Provider;
  found: Integration;
  given: FieldValues;
}

/** Seals what is replaced. @returns what keeps it, in the transaction that replaces it */
function keeping(context: Context, { provider, found, given }: Replacement, sealer: Sealer) {
  try {
    const sealed = sealReplaced(provider, found, given, sealer);
    return async (previous: PreviousStore) => sealed && previous.keep(found.id, sealed);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    context.warn('What is replaced does not open, so --undo will not bring it back.');
    return (previous: PreviousStore) => previous.forget(found.id);
  }
}

/** The new credentials work, and something else does not. */
function failureAfter(verdict: Verdict, name: string): AppError | undefined {
  if (isRefused(verdict)) return refusedError(verdict, name, 'the new credentials are accepted, and stored');
  if (verdict.outcome === 'undecided')
    return undecidedError(verdict, name, 'the new credentials are accepted, and stored');
  return undefined;
}

/** The new credentials from flags, else from answers; columns that nobody gave stay as they are. */
async function newValues(
  context: Context,
  scope: Scope,
  { provider, found }: { provider: Provider; found: Integration },
  input: Input,
): Promise<FieldValues> {
  const credentials = provider.fields.filter(({ credential }) => credential);
  const given = await readFlags(provider, input.flags, createSources(context.env, context.streams.stdin));
  const values: Record<string, FieldValue> = {};
  for (const field of provider.fields.filter(({ name }) => name in given)) {
    values[field.name] = given[field.name] === null ? null : readField(field, given[field.name], context.warn);
  }
  if (credentials.some(({ name }) => name in values)) return values;
  if (!context.canAsk) {
    const flags = credentials.map(({ flag }) => `--${flag}`).join(', ');
    throw usage(`missing: at least one of ${flags}`, {
      hint: `integrations ${provider.category.name} rotate --help`,
      field: credentials[0]?.name,
    });
  }
  const dialogue = dialogueFor(context, scope, provider, found.id);
  for (const field of credentials) {
    const isSet = found[field.name] !== null;
    if (!isSet && !field.required) continue;
    const answer = await askFor(field, { needed: true, known: values, stored: undefined }, dialogue);
    values[field.name] = readField(field, answer, context.warn);
  }
  return values;
}

/** What the provider says of the new credentials. @throws AppError VERIFICATION_FAILED, or UNDECIDED; the old ones stay */
async function asked(
  context: Context,
  scope: Scope,
  change: Parameters<typeof askBeforeStoring>[2],
  options: ReturnType<typeof verifyOptions>,
): Promise<Verdict> {
  const verdict = await askBeforeStoring(context, scope.stores, change, options);
  const credential = verdict.checks.find(({ name }) => name === 'credential');
  if (credential?.outcome === 'passed' || credential?.outcome === 'unproven') return verdict;
  const stay = 'the old credentials stay';
  const { displayName } = change.row;
  throw isRefused(verdict) ? refusedError(verdict, displayName, stay) : undecidedError(verdict, displayName, stay);
}

function hintFor(provider: Provider): string {
  return provider.scm === undefined
    ? `integrations provider show ${provider.name}`
    : 'They use those of their scm integration: integrations scm rotate';
}
