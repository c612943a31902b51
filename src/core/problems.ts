import { invalid } from './error.ts';
import { type Field, type FieldValues, isNeeded } from './field.ts';
import type { Provider } from './provider.ts';

/** What stands against an integration as it would be stored. Each surface says it in its own words. */
export type FieldProblem =
  /** The field has no value; `instead` is the one that may be given in its place. */
  | { kind: 'missing'; field: Field; instead: Field | undefined }
  /** Its value does not go together with the others': a clause such as `must be on the same host`. */
  | { kind: 'misfit'; field: Field; reason: string };

/**
 * What a whole integration lacks, and then what of it does not go together.
 * @param values by column, as they will be stored; a credential that is stored may stand as `true`
 */
export function problemsOf(provider: Provider, values: FieldValues): FieldProblem[] {
  const { fields } = provider;
  const named = (name: string) => fields.find((field) => field.name === name);
  const has = (name: string) => (values[name] ?? null) !== null;
  const isMissing = (field: Field) =>
    !has(field.name) && isNeeded(field, has) && !(field.emptiable && values[field.name] === null);
  return [
    ...fields
      .filter(isMissing)
      .map((field) => ({ kind: 'missing', field, instead: named(field.insteadOf ?? '') }) as const),
    ...provider.misfits(values).flatMap(({ field: name, reason }) => {
      const field = named(name);
      return field ? [{ kind: 'misfit', field, reason } as const] : [];
    }),
  ];
}

/** @throws AppError VALIDATION naming what is missing, and the fields that do not go together */
export function refuseProblems(provider: Provider, values: FieldValues): void {
  const problems = problemsOf(provider, values);
  const [first] = problems;
  if (!first) return;
  throw invalid(problems.map(textOf).join('; '), { field: first.field.name });
}

function textOf(problem: FieldProblem): string {
  const { name } = problem.field;
  if (problem.kind === 'misfit') return `${name} ${problem.reason}`;
  return problem.instead ? `${name} or ${problem.instead.name} is needed` : `${name} is needed`;
}
