import { keysOf, storedValues } from '../../app/present.ts';
import {
  forgetReplaced,
  hasReplaced,
  type Rotated,
  refuseWithoutCredentials,
  replacedValues,
  rotate,
} from '../../app/rotate.ts';
import type { Context } from '../../context.ts';
import type { Category } from '../../core/category.ts';
import { AppError, usage } from '../../core/error.ts';
import { type FieldValue, type FieldValues, readField, readFields } from '../../core/field.ts';
import { linkColumns } from '../../core/links.ts';
import type { Provider } from '../../core/provider.ts';
import { capital, quotable, withArticle } from '../../core/text.ts';
import { categoryOf, type Integration, providerOf } from '../../db/stores/codec.ts';
import { askFor } from '../../input/dialogue.ts';
import { createSources } from '../../input/source.ts';
import { inTurn, type Turn } from '../../input/turns.ts';
import type { OneView } from '../../output/view.ts';
import { hanging } from '../../output/width.ts';
import { providersOf } from '../../providers/index.ts';
import type { VerifyOptions } from '../../verify/verify.ts';
import { type Command, type Flag, type Input, switchFlag } from '../command.ts';
import { cancelled, confirm } from '../confirm.ts';
import { untilAnswered } from '../until-answered.ts';
import { askFlags, verifyOptions } from '../verification/options.ts';
import { ofDatabaseTold, tenantTold } from '../where.ts';
import { confirmAddress } from './confirm-address.ts';
import { readFlags } from './field-flags.ts';
import { dialogueFor } from './form-dialogue.ts';
import { viewOf } from './one-view.ts';
import { openScope, type Scope } from './scope.ts';
import { tellStaleEnd } from './stale-end.ts';
import { integrationTold } from './told.ts';
import { allFlags, refuseForeignFlags } from './verb-flags.ts';

export function rotateVerb(category: Category): Command {
  return {
    name: 'rotate',
    summary: `Replace the credentials of ${withArticle(category.noun)}`,
    description:
      'The provider is asked about the new ones first: where it refuses them, the old ones stay. What was replaced is kept, sealed, until the next rotation.',
    args: [{ name: 'ref', help: 'Its name or its id', required: true }],
    flags: [
      ...credentialFlags(category),
      { name: 'undo', help: 'Restore what the last rotation replaced; a second time undoes that' },
      { name: 'forget', help: 'Discard what the last rotation replaced; nothing else changes' },
      { name: 'no-verify', help: 'Store them without asking the provider, for when it is down' },
      ...askFlags,
    ],
    examples: [`integrations ${category.name} rotate mobile`, `integrations ${category.name} rotate mobile --undo`],
    keys: keysOf(category),
    run: (context, input) => rotateCredentials(context, category, input),
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

async function rotateCredentials(context: Context, category: Category, input: Input): Promise<OneView> {
  const options = verifyOptions(context, input);
  const scope = await openScope(context);
  const found = await scope.findForChange(category.name, input.args[0] ?? '');
  const provider = providerOf(category, found);
  refuseForeignFlags(provider, category, input);
  refuseIdleFlags(category, input);
  const scm = provider.scm === undefined ? undefined : await scope.stores.scm.get(String(found[linkColumns.scm]));
  refuseWithoutCredentials(provider, scm?.displayName);
  if (switchFlag(input, 'forget')) return forget(context, scope, found);
  const isUndo = switchFlag(input, 'undo');
  await scope.sealer();
  const asked = switchFlag(input, 'no-verify') ? undefined : options;
  const subject = { scope, provider, found };
  const { given, row, failure } = isUndo
    ? await swapped(subject, await replacedValues(scope, found), asked)
    : await swappedForNew(context, subject, input, asked);
  tellStaleEnd(context, { provider, found }, given);
  const name = await integrationTold(context, scope.tenant, row);
  context.note(isUndo ? `Put back the previous credentials of ${name}.` : `Rotated the credentials of ${name}.`);
  return viewOf(scope, row, { failure });
}

interface Subject {
  scope: Scope;
  provider: Provider;
  found: Integration;
}

interface Swapped extends Rotated {
  given: FieldValues;
}

async function swapped(
  { scope, found }: Subject,
  given: FieldValues,
  asked: VerifyOptions | undefined,
): Promise<Swapped> {
  return { given, ...(await rotate(scope, found, given, asked)) };
}

/** Swaps for credentials from flags, or from answers: what was typed and is refused is asked for again. */
async function swappedForNew(
  context: Context,
  subject: Subject,
  input: Input,
  asked: VerifyOptions | undefined,
): Promise<Swapped> {
  const flags = await flagValues(context, subject, input);
  const isTyped = !subject.provider.fields.some(({ name, credential }) => credential && name in flags);
  for (;;) {
    const given = await confirmedValues(context, subject, flags, isTyped);
    if (!given) throw cancelled();
    try {
      return await swapped(subject, given, asked);
    } catch (error) {
      if (!isTyped || !(error instanceof AppError) || error.code !== 'VERIFICATION_FAILED') throw error;
      const width = context.streams.stderr.columns ?? 80;
      const lines = [`${capital(error.message)}.`, ...(error.hint === undefined ? [] : [error.hint])];
      for (const line of lines.flatMap((text) => hanging('  ', text, width))) context.note(line);
    }
  }
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

async function forget(context: Context, scope: Scope, found: Integration): Promise<OneView> {
  const name = await integrationTold(context, scope.tenant, found);
  if (context.canAsk && (await hasReplaced(scope, found))) await confirmForgetting(context, scope, found);
  context.note(
    (await forgetReplaced(scope, found))
      ? `Forgot the previous credentials of ${name}.`
      : `No previous credentials of ${name} were kept.`,
  );
  return viewOf(scope, found);
}

async function confirmForgetting(context: Context, { tenant }: Scope, found: Integration): Promise<void> {
  const category = categoryOf(found);
  const kind = `${category.noun} "${quotable(found.displayName)}" (${providerOf(category, found).title})`;
  await confirm(context, {
    about: [
      `This forgets the previous credentials of the ${kind} in ${tenantTold(tenant)}${await ofDatabaseTold(context)}.`,
      '--undo cannot bring them back then.',
    ],
    message: 'Forget them for good?',
  });
}

/** What flags give. @throws AppError USAGE where no credential is among it, and nobody can be asked for one */
async function flagValues(context: Context, { provider }: Subject, input: Input): Promise<FieldValues> {
  const credentials = provider.fields.filter(({ credential }) => credential);
  const given = await readFlags(provider, input.flags, createSources(context.env, context.streams.stdin));
  const values = readFields(provider.fields, given, context.warn);
  if (context.canAsk || credentials.some(({ name }) => name in values)) return values;
  const flags = credentials.map(({ flag }) => `--${flag}`).join(', ');
  throw usage(`missing: at least one of ${flags}`, {
    hint: `integrations ${provider.category.name} rotate --help`,
    field: credentials[0]?.name,
  });
}

/** What flags give, with what is typed; undefined where it may not go where the database says. */
async function confirmedValues(
  context: Context,
  { scope, provider, found }: Subject,
  flags: FieldValues,
  isTyped: boolean,
): Promise<FieldValues | undefined> {
  const values: Record<string, FieldValue> = { ...(flags as Record<string, FieldValue>) };
  const credentials = provider.fields.filter(
    ({ name, credential, required }) => isTyped && credential && (required || found[name] !== null),
  );
  let confirmed: FieldValues | undefined;
  const turns: Turn[] = [
    ...credentials.map((field) => async () => {
      const known = { ...storedValues(provider, found), ...values };
      const occasion = { needed: true, known, stored: field.name in values ? true : undefined };
      const answer = await askFor(field, occasion, dialogueFor(context, scope, provider, found.id));
      if (answer !== undefined) values[field.name] = readField(field, answer, context.warn);
      return true;
    }),
    async () => {
      confirmed = await confirmAddress(context, { scope, provider, found }, values);
      return true;
    },
  ];
  await untilAnswered(context, () => inTurn(turns));
  return confirmed;
}
