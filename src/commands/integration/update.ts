import { change } from '../../app/integrations.ts';
import { keysOf, storedValues } from '../../app/present.ts';
import { type Answered, askAboutChange, leftOut, RefusedFirst, undecidedAfter } from '../../app/verify-first.ts';
import type { Context } from '../../context.ts';
import { staleCredentials, staleReason } from '../../core/audience.ts';
import type { Category } from '../../core/category.ts';
import { usage } from '../../core/error.ts';
import { type FieldValue, type FieldValues, readField, readFields } from '../../core/field.ts';
import type { Provider } from '../../core/provider.ts';
import { withArticle } from '../../core/text.ts';
import { type Integration, providerOf } from '../../db/stores/codec.ts';
import { askFor } from '../../input/dialogue.ts';
import { createSources } from '../../input/source.ts';
import { inTurn, type Turn } from '../../input/turns.ts';
import type { OneView } from '../../output/view.ts';
import { providersOf } from '../../providers/index.ts';
import { type Command, type Input, switchFlag } from '../command.ts';
import { cancelled } from '../confirm.ts';
import { untilAnswered } from '../until-answered.ts';
import { verifyFirstFlags, verifyOptions } from '../verification/options.ts';
import { confirmAddress } from './confirm-address.ts';
import { readFlags } from './field-flags.ts';
import { dialogueFor } from './form-dialogue.ts';
import { viewOf } from './one-view.ts';
import { withReferences } from './references.ts';
import { openScope, type Scope } from './scope.ts';
import { tellStaleEnd } from './stale-end.ts';
import { integrationTold } from './told.ts';
import { allFlags, isUntold, refuseForeignFlags } from './verb-flags.ts';

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

/** The integration that is changed. */
interface Subject {
  scope: Scope;
  provider: Provider;
  /** As it was read. */
  found: Integration;
}

async function update(context: Context, category: Category, input: Input): Promise<OneView> {
  const scope = await openScope(context);
  const found = await scope.findForChange(category.name, input.args[0] ?? '');
  const subject = { scope, provider: providerOf(category, found), found };
  refuseForeignFlags(subject.provider, category, input);
  const off = switchFlag(input, 'disabled') ? { isActive: false } : {};
  const isGuided = isUntold(category, input) && !('isActive' in off);
  const { answered, decision, ...filled } = isGuided
    ? await fromAnswers(context, subject, input)
    : await fromFlags(context, subject, input);
  const values = { ...filled.values, ...off };
  tellStaleEnd(context, subject, values);
  const stored = await change(scope, found, values, { decision });
  if (!stored) {
    context.note('Nothing was changed: everything is already as given.');
    return viewOf(scope, found);
  }
  context.note(`Changed ${await integrationTold(context, scope.tenant, stored)}.`);
  return viewOf(scope, stored, {
    failure: answered ? undecidedAfter(answered, stored) : decision && leftOut(decision, stored),
  });
}

/** What is to be stored. */
interface Filled extends Partial<Pick<Answered, 'decision'>> {
  values: FieldValues;
  /** What its provider said, where `--verify` had it asked. */
  answered?: Answered | undefined;
}

async function fromAnswers(context: Context, subject: Subject, input: Input): Promise<Filled> {
  if (!context.canAsk) {
    throw usage('nothing to change: no flag is given', {
      hint: `integrations ${subject.provider.category.name} update --help`,
    });
  }
  const { guideChange } = await import('./guided.ts');
  const guided = await guideChange(context, { ...subject, options: verifyOptions(context, input) });
  if (guided) return guided;
  throw cancelled();
}

/** @throws AppError VERIFICATION_FAILED where `--verify` is given and the provider refuses */
async function fromFlags(context: Context, subject: Subject, input: Input): Promise<Filled> {
  const { scope, found } = subject;
  const given = await flagValues(context, subject, input);
  const values = await confirmedValues(context, subject, given);
  if (!values) throw cancelled();
  if (!switchFlag(input, 'verify')) return { values };
  const options = verifyOptions(context, input);
  try {
    const answered = await askAboutChange(scope, found, values, options);
    return { values, decision: answered?.decision, answered };
  } catch (error) {
    if (!(error instanceof RefusedFirst)) throw error;
    const { guideRefused } = await import('./guided.ts');
    return guideRefused(context, { ...subject, options, given: values }, error);
  }
}

async function flagValues(
  context: Context,
  { scope, provider, found }: Subject,
  input: Input,
): Promise<Record<string, FieldValue>> {
  const stored = storedValues(provider, found);
  const sources = createSources(context.env, context.streams.stdin);
  const given = await withReferences(await readFlags(provider, input.flags, sources, stored), scope, provider);
  return readFields(provider.fields, given, context.warn);
}

/** What flags give with what a person adds; undefined where it may not go where the database says. */
async function confirmedValues(
  context: Context,
  subject: Subject,
  given: Record<string, FieldValue>,
): Promise<FieldValues | undefined> {
  let confirmed: FieldValues | undefined;
  const turns: Turn[] = [
    ...(context.canAsk ? staleTurns(context, subject, given) : []),
    async () => {
      confirmed = await confirmAddress(context, subject, given);
      return true;
    },
  ];
  await untilAnswered(context, () => inTurn(turns));
  return confirmed;
}

/** Asks for the credentials that go elsewhere with what flags give, and so have to be given again. */
function staleTurns(context: Context, { scope, provider, found }: Subject, values: Record<string, FieldValue>): Turn[] {
  const dialogue = dialogueFor(context, scope, provider, found.id);
  return staleCredentials(provider, found, values).map((field) => async () => {
    context.note(`${field.label} ${staleReason}.`);
    const known = { ...storedValues(provider, found), ...values };
    const occasion = { needed: true, known, stored: field.name in values ? true : undefined };
    const answer = await askFor(field, occasion, dialogue);
    if (answer !== undefined) values[field.name] = readField(field, answer, context.warn);
    return true;
  });
}
