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
import { collectorOf } from '../../input/collect.ts';
import type { Choice } from '../../input/prompter.ts';
import { createSources } from '../../input/source.ts';
import { inTurn, type Turn } from '../../input/turns.ts';
import type { OneView } from '../../output/view.ts';
import { findProvider, providersOf } from '../../providers/index.ts';
import { type Command, type Input, switchFlag } from '../command.ts';
import { cancelled } from '../confirm.ts';
import { untilAnswered } from '../until-answered.ts';
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
  let form: Form | undefined;
  let filled: Filled | undefined;
  const turns: Turn[] = [
    async () => {
      const { provider, isAsked } = await chosenProvider(context, category, input.args[0]);
      if (form?.provider !== provider) form = await openForm(context, category, provider, input);
      return isAsked;
    },
    async () => {
      filled = await form?.fill();
      return true;
    },
  ];
  await untilAnswered(context, () => inTurn(turns));
  if (!form || !filled) throw cancelled();
  const { scope, provider } = form;
  const { values, decision, answered } = filled;
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

interface Form {
  scope: Scope;
  provider: Provider;
  /**
   * Asks, and has the answers still when it is called again. Undefined where nothing is to be added.
   * @throws StepBack where Escape leads before the first question
   */
  fill: () => Promise<Filled | undefined>;
}

async function openForm(context: Context, category: Category, provider: Provider, input: Input): Promise<Form> {
  refuseForeignFlags(provider, category, input);
  const scope = await openScope(context);
  if (context.canAsk) await refuseTaken(scope, provider);
  // What stops it is told before the first question.
  await context.account();
  await scope.sealer();
  const isGuided = context.canAsk && input.args[0] === undefined && isUntold(category, input);
  const fill = isGuided ? guidedForm(context, scope, provider, input) : await flagForm(context, scope, provider, input);
  return { scope, provider, fill };
}

function guidedForm(context: Context, scope: Scope, provider: Provider, input: Input): Form['fill'] {
  const options = verifyOptions(context, input);
  let draft: FieldValues = {};
  const remember = async (answered: FieldValues) => {
    draft = { ...draft, ...answered };
  };
  return async () => {
    const { guideNew } = await import('./guided.ts');
    return guideNew(context, { scope, provider, options, draft, remember });
  };
}

async function flagForm(context: Context, scope: Scope, provider: Provider, input: Input): Promise<Form['fill']> {
  const sources = createSources(context.env, context.streams.stdin);
  const collect = collectorOf({
    provider,
    given: await withReferences(await readFlags(provider, input.flags, sources), scope, provider),
    dialogue: context.canAsk ? dialogueFor(context, scope, provider) : undefined,
    warn: context.warn,
  });
  return async () => {
    const values = await collect();
    return switchFlag(input, 'verify') ? accepted(context, { scope, provider, given: values }, input) : { values };
  };
}

/** What its provider does not refuse, corrected where it does. @throws AppError VERIFICATION_FAILED */
async function accepted(
  context: Context,
  { scope, provider, given }: { scope: Scope; provider: Provider; given: FieldValues },
  input: Input,
): Promise<Filled> {
  const options = verifyOptions(context, input);
  try {
    const answered = await askAboutNew(scope, { provider, values: given }, options);
    return { values: given, decision: answered.decision, answered };
  } catch (error) {
    if (!(error instanceof RefusedFirst)) throw error;
    const { guideRefused } = await import('./guided.ts');
    return guideRefused(context, { scope, provider, options, given }, error);
  }
}

/** The provider that was named, or the answer to the question. @throws AppError USAGE with the valid names */
async function chosenProvider(
  context: Context,
  category: Category,
  name: string | undefined,
): Promise<{ provider: Provider; isAsked: boolean }> {
  const known = providersOf(category.name);
  const names = known.map((each) => each.name).join(', ');
  if (name !== undefined) {
    const provider = findProvider(category.name, name);
    if (provider) return { provider, isAsked: false };
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
  const choices = await choicesAmong(context, category, known);
  return { provider: await context.ask.select({ message: 'Provider:', choices }), isAsked: true };
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
