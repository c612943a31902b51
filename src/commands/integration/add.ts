import { ruleOf, whyNoOther } from '../../app/addable.ts';
import { create } from '../../app/integrations.ts';
import { keysOf } from '../../app/present.ts';
import { type Answered, askAboutNew, leftOut, RefusedFirst, undecidedAfter } from '../../app/verify-first.ts';
import type { Context } from '../../context.ts';
import type { Category } from '../../core/category.ts';
import { usage } from '../../core/error.ts';
import type { FieldValues } from '../../core/field.ts';
import type { Provider } from '../../core/provider.ts';
import { withArticle } from '../../core/text.ts';
import type { ListedIntegration } from '../../db/stores/codec.ts';
import { collectNew } from '../../input/collect.ts';
import type { Choice } from '../../input/prompter.ts';
import { createSources } from '../../input/source.ts';
import type { OneView } from '../../output/view.ts';
import { findProvider, providersOf } from '../../providers/index.ts';
import { type Command, type Input, switchFlag } from '../command.ts';
import { cancelled } from '../confirm.ts';
import { verifyFirstFlags, verifyOptions } from '../verification/options.ts';
import { readFlags } from './field-flags.ts';
import { dialogueFor } from './form-dialogue.ts';
import { viewOf } from './one-view.ts';
import { withReferences } from './references.ts';
import { openScope, type Scope } from './scope.ts';
import { tellAdded } from './told.ts';
import { allFlags, isUntold, refuseForeignFlags } from './verb-flags.ts';

export function addVerb(category: Category): Command {
  const providers = providersOf(category.name);
  return {
    name: 'add',
    summary: `Add ${withArticle(category.noun)}`,
    description:
      'Asks for what is missing when it runs in a terminal. A credential is given by where it stands: env:NAME, file:PATH, or - for standard input; never as it is.',
    args: [{ name: 'provider', help: 'Kind of integration', choices: providers.map(({ name }) => name) }],
    flags: [...allFlags(providers), { name: 'disabled', help: 'Add it, switched off' }, ...verifyFirstFlags],
    examples: providers.map((provider) => exampleOf(category, provider)),
    keys: keysOf(category),
    run: (context, input) => add(context, category, input),
  };
}

async function add(context: Context, category: Category, input: Input): Promise<OneView> {
  const isGuided = context.canAsk && input.args[0] === undefined && isUntold(category, input);
  const provider = await chosenProvider(context, category, input.args[0]);
  refuseForeignFlags(provider, category, input);
  const scope = await openScope(context);
  if (context.canAsk) await refuseTaken(scope, provider);
  // What stops it is told before the first question.
  await context.account();
  await scope.sealer();
  const { values, decision, answered } = isGuided
    ? await fromAnswers(context, scope, provider, input)
    : await fromFlags(context, scope, provider, input);
  const off = switchFlag(input, 'disabled') ? { isActive: false } : {};
  const stored = await create(scope, { provider, values, decision, ...off });
  await tellAdded(context, scope.tenant, stored);
  return viewOf(scope, stored, {
    failure: answered ? undecidedAfter(answered, stored) : decision && leftOut(decision, stored),
  });
}

/** What is to be stored. */
interface Filled extends Partial<Pick<Answered, 'decision'>> {
  values: FieldValues;
  /** What its provider said, where `--verify` had it asked. */
  answered?: Answered;
}

async function fromAnswers(context: Context, scope: Scope, provider: Provider, input: Input): Promise<Filled> {
  const { guideNew } = await import('./guided.ts');
  const guided = await guideNew(context, { scope, provider, options: verifyOptions(context, input) });
  if (guided) return guided;
  throw cancelled();
}

/** @throws AppError VERIFICATION_FAILED where `--verify` is given and the provider refuses */
async function fromFlags(context: Context, scope: Scope, provider: Provider, input: Input): Promise<Filled> {
  const sources = createSources(context.env, context.streams.stdin);
  const values = await collectNew({
    provider,
    given: await withReferences(await readFlags(provider, input.flags, sources), scope, provider),
    dialogue: context.canAsk ? dialogueFor(context, scope, provider) : undefined,
    warn: context.warn,
  });
  if (!switchFlag(input, 'verify')) return { values };
  const options = verifyOptions(context, input);
  try {
    const answered = await askAboutNew(scope, { provider, values }, options);
    return { values, decision: answered.decision, answered };
  } catch (error) {
    if (!(error instanceof RefusedFirst)) throw error;
    const { guideRefused } = await import('./guided.ts');
    return guideRefused(context, { scope, provider, options, given: values }, error);
  }
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
  return context.ask.select({ message: 'Provider:', choices: await choicesAmong(context, category, known) });
}

/** What cannot be stored is shown, with the reason, and cannot be chosen. @throws AppError CONFLICT where nothing can be */
async function choicesAmong(
  context: Context,
  category: Category,
  known: readonly Provider[],
): Promise<Choice<Provider>[]> {
  const scope = await openScope(context);
  const rows: ListedIntegration[] = [];
  for await (const page of scope.stores[category.name].list({})) rows.push(...page);
  const choices = known.map((each) => ({ name: each.title, value: each, disabled: whyNoOther(each, rows) }));
  const [first] = known;
  if (first && choices.every(({ disabled }) => disabled !== undefined)) await refuseTaken(scope, first);
  if (choices.some(({ disabled }) => disabled !== undefined)) context.note(ruleOf(category) ?? '');
  return choices;
}

/** What no answer could mend is told before the first question. @throws AppError CONFLICT */
async function refuseTaken({ stores }: Scope, { category, type }: Provider): Promise<void> {
  const clash = await stores[category.name].clash({ [category.typeColumn]: type });
  if (clash) throw clash;
}

function exampleOf(category: Category, provider: Provider): string {
  const has = () => false;
  const needed = provider.fields.filter((field) => field.required || field.requiredWhen?.(has));
  const flags = needed.map(
    (field) => `--${field.flag} ${/\s/.test(field.example ?? '') ? `"${field.example}"` : field.example}`,
  );
  return `integrations ${category.name} add ${provider.name} ${flags.join(' ')}`;
}
