import { isRefused } from '../../app/verdict.ts';
import { type Answered, askFirst, blankRow, type RefusedFirst } from '../../app/verify-first.ts';
import type { Context } from '../../context.ts';
import type { Field, FieldValues } from '../../core/field.ts';
import { problemsOf } from '../../core/problems.ts';
import type { Provider } from '../../core/provider.ts';
import { Secret } from '../../core/secret.ts';
import { quotable } from '../../core/text.ts';
import type { Verdict } from '../../core/verification.ts';
import type { Decision } from '../../db/stores/verdict.ts';
import { storedText } from '../../input/dialogue.ts';
import { inTurn, type Turn } from '../../input/turns.ts';
import { hanging } from '../../output/width.ts';
import { untilAnswered } from '../until-answered.ts';
import type { Guidance } from './form-answers.ts';
import { type Form, openForm } from './guided-form.ts';

/** What is to be stored: values by column, and what their provider decided; undefined where it decided nothing. */
export interface Guided {
  values: FieldValues;
  decision: Decision | undefined;
}

/**
 * Asks for a new integration: credentials first, then what the provider lists for them to pick from, its name last.
 * Then the provider is asked whether it works; what it refuses is corrected, kept as it is, or left out.
 * @returns undefined where it is left out
 */
export async function guideNew(context: Context, guidance: Guidance): Promise<Guided | undefined> {
  const form = openForm(context, guidance);
  let guided: Guided | undefined;
  await inTurn([
    ...guidedOrder(guidance.provider).flatMap((field) => form.turnsFor(field)),
    async () => {
      guided = await settle(context, guidance, form);
      return true;
    },
  ]);
  return guided;
}

/** Asks for each field of a stored integration; otherwise as `guideNew`. */
export async function guideChange(context: Context, guidance: Guidance): Promise<Guided | undefined> {
  const form = openForm(context, guidance);
  const { fields, tellsExpiry } = guidance.provider;
  const asked = fields.filter(({ name }) => name !== 'credentialExpiresAt' || !tellsExpiry);
  let guided: Guided | undefined;
  const turns: Turn[] = [
    ...asked.map((field) => async () => {
      await form.askAgain(field);
      return true;
    }),
    async () => {
      const isChecked = fields.some(({ name, checked }) => checked && name in form.values);
      guided = isChecked ? await settle(context, guidance, form) : { values: form.values, decision: undefined };
      return true;
    },
  ];
  await untilAnswered(context, () => inTurn(turns));
  return guided;
}

/** Asks which field of a stored integration to change, then the provider; otherwise as `guideNew`. */
export async function guideCorrection(context: Context, guidance: Guidance): Promise<Guided | undefined> {
  const form = openForm(context, guidance);
  await correct(context, guidance.provider, form);
  return settle(context, guidance, form);
}

/**
 * Has values that were given otherwise, and that their provider refuses, corrected as `guideNew` has answers.
 * @throws RefusedFirst where nobody can be asked, or they are left out
 */
export async function guideRefused(context: Context, guidance: Guidance, refused: RefusedFirst): Promise<Guided> {
  if (!context.canAsk) throw refused;
  const form = openForm(context, guidance);
  const corrected = await untilAnswered(context, () => settle(context, guidance, form, refused.answered));
  if (!corrected) throw refused;
  return corrected;
}

/** References, then what the provider is asked with, then what it lists, then the rest, the name last. */
function guidedOrder({ fields, listings }: Provider): Field[] {
  const asksWith = new Set(Object.values(listings).flatMap(({ needs, uses = [] }) => [...needs, ...uses]));
  const rank = ({ name, kind, credential }: Field) => {
    if (kind === 'reference') return 0;
    if (name === 'displayName') return 4;
    if (name in listings) return 2;
    return credential || asksWith.has(name) ? 1 : 3;
  };
  return fields.toSorted((one, other) => rank(one) - rank(other));
}

type Next = 'correct' | 'again' | 'keep' | 'leave';

/** Asks the provider, and the person about what it refuses, until it is settled. */
async function settle(
  context: Context,
  guidance: Guidance,
  form: Form,
  before?: Answered,
): Promise<Guided | undefined> {
  const { provider } = guidance;
  for (let known = before; ; known = undefined) {
    const [problem] = problemsOf(provider, form.known());
    if (problem) {
      const { label, name } = problem.field;
      context.note(`  ${label} ${problem.kind === 'misfit' ? problem.reason : 'is needed'}.`);
      await correct(context, provider, form, name);
      continue;
    }
    const [stale] = form.stale();
    if (stale) {
      await form.askAgain(stale);
      continue;
    }
    if (!(await form.confirmAddress())) {
      await correct(context, provider, form, provider.fields.find(({ kind }) => kind === 'url')?.name);
      continue;
    }
    const { verdict, decision } = known ?? (await asked(context, guidance, form));
    for (const line of linesOf(provider, verdict, context.streams.stderr.columns ?? 80)) context.note(line);
    if (!isRefused(verdict) && verdict.outcome !== 'undecided') {
      return { values: form.values, decision };
    }
    const next = await whatNext(context, guidance, form, verdict);
    if (next === 'keep') return { values: form.values, decision: undefined };
    if (next === 'leave') return undefined;
  }
}

/** What to do about a refusal; what is to be corrected is corrected then. */
async function whatNext(context: Context, guidance: Guidance, form: Form, verdict: Verdict): Promise<Next> {
  const { provider } = guidance;
  let next: Next = 'correct';
  await inTurn([
    async () => {
      next = await context.ask.select<Next>({ message: 'What now:', choices: choicesAfter(guidance), default: next });
      return true;
    },
    async () => {
      if (next !== 'correct') return false;
      await correct(context, provider, form, suspect(provider, form, verdict));
      return true;
    },
  ]);
  return next;
}

async function asked(context: Context, { scope, provider, options, found }: Guidance, form: Form): Promise<Answered> {
  const row = found ?? blankRow(provider, scope.tenant.id, form.values);
  const proposal = { provider, row, values: await form.whole(), given: form.values };
  return context.wait(`Asking ${provider.title}`, () => askFirst(scope, proposal, options));
}

/** What each check found, and what to do, in lines that fit the screen. */
function linesOf(provider: Provider, { outcome, checks, hint }: Verdict, width: number): string[] {
  const made = checks.filter((check) => check.outcome !== 'skipped');
  return [
    ...made.flatMap(({ name, outcome, detail }) =>
      hanging(`  ${name.padEnd(10)}  ${outcome.padEnd(9)}  `, detail, width),
    ),
    ...(outcome === 'valid' || hint === null ? [] : hanging('  ', inLabels(provider, hint), width)),
  ];
}

/** Whoever answers questions knows fields by their labels, not by their flags. */
function inLabels({ fields }: Provider, hint: string): string {
  return hint.replace(/--([a-z-]+)/g, (flag, name: string) => {
    const field = fields.find((each) => each.flag === name);
    return field ? `"${field.label}"` : flag;
  });
}

function choicesAfter({ found }: Guidance): { name: string; value: Next }[] {
  return [
    { name: 'Correct it', value: 'correct' },
    { name: 'Ask the provider again', value: 'again' },
    { name: 'Keep it, as NOT_VERIFIED', value: 'keep' },
    { name: found ? 'Leave it as it was' : 'Skip it', value: 'leave' },
  ];
}

/** The field that a failed check is most likely about. */
function suspect({ fields, listings }: Provider, form: Form, { checks, hint }: Verdict): string | undefined {
  const named = /--([a-z-]+)/.exec(hint ?? '')?.[1];
  const told = fields.find(({ flag }) => flag === named);
  if (told) return told.name;
  const broken = checks.find(({ outcome }) => outcome === 'failed' || outcome === 'undecided');
  const isSet = ({ name }: Field) => (form.known()[name] ?? null) !== null;
  const likely = (field: Field) => (broken?.name === 'resource' ? field.name in listings : field.credential);
  return fields.find((field) => isSet(field) && likely(field))?.name;
}

/** Asks which field to correct, and for it. */
async function correct(context: Context, provider: Provider, form: Form, suspect?: string): Promise<void> {
  const known = await form.named();
  const fields = provider.fields.filter(({ name }) => name !== 'credentialExpiresAt' || !provider.tellsExpiry);
  let field = fields.find(({ name }) => name === suspect);
  await inTurn([
    async () => {
      field = await context.ask.select({
        message: 'What to change:',
        choices: fields.map((each) => ({ name: `${each.label}: ${shown(each, known[each.name])}`, value: each })),
        ...presetOf(field),
      });
      return true;
    },
    async () => {
      if (field) await form.askAgain(field);
      return true;
    },
  ]);
}

function presetOf(field: Field | undefined): { default?: Field } {
  return field ? { default: field } : {};
}

function shown(field: Field, value: FieldValues[string]): string {
  if (value === undefined || value === null) return '-';
  return field.credential || value instanceof Secret ? 'set' : quotable(storedText(field, value), 60);
}
