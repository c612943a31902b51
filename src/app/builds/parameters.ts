import { type BuildTarget, markerName, type Parameter } from '../../core/builds.ts';
import { invalid } from '../../core/error.ts';
import type { Json } from '../../core/field.ts';
import { quotable, sentenceList } from '../../core/text.ts';

/** What a job says of its parameters. */
type Declaring = Pick<BuildTarget, 'declared' | 'takesOthers'>;

export type Values = Readonly<Record<string, string>>;

/** What stands against values that a job is to get; each part has names alone. */
export interface Misfits {
  unknown: string[];
  missing: string[];
  /** Clauses such as `TRACK is one of alpha, beta`. */
  unfit: string[];
}

export function misfitsOf({ declared, takesOthers }: Declaring, values: Values): Misfits {
  const known = new Map(declared.map((parameter) => [parameter.name, parameter]));
  return {
    unknown: takesOthers ? [] : Object.keys(values).filter((name) => !known.has(name)),
    missing: declared.filter(({ name, required }) => required && !(name in values)).map(({ name }) => name),
    unfit: Object.entries(values).flatMap(([name, value]) => unfitness(known.get(name), value) ?? []),
  };
}

function unfitness(parameter: Parameter | undefined, value: string): string | undefined {
  const { name = '', choices, unfit } = parameter ?? {};
  if (choices && !choices.includes(value))
    return `${quotable(name)} is one of ${choices
      .slice(0, 20)
      .map((each) => quotable(each))
      .join(', ')}`;
  const reason = unfit?.(value);
  return reason === undefined ? undefined : `${quotable(name)} ${reason}`;
}

/** @throws AppError VALIDATION that names what is wrong and what is declared; never a value */
export function refuseMisfits(declaring: Declaring, values: Values): void {
  const { unknown, missing, unfit } = misfitsOf(declaring, values);
  const list = (names: readonly string[]) => sentenceList(names.map((name) => quotable(name)));
  const told = [
    ...(unknown.length > 0
      ? [
          `the job has no ${unknown.length === 1 ? 'parameter' : 'parameters'} ${sentenceList(
            unknown.map((name) => quotable(name)),
            'or',
          )}`,
        ]
      : []),
    ...(missing.length > 0 ? [`the job needs ${list(missing)}`] : []),
    ...unfit,
  ];
  if (told.length === 0) return;
  const names = declaring.declared.map(({ name }) => name).filter((name) => name !== markerName);
  throw invalid(told.join('; '), {
    field: 'environmentVariables',
    hint:
      names.length > 0 ? `Its parameters: ${list(names)}. Give them with --env NAME=VALUE.` : 'It has no parameters.',
    details: { declared: names, unknown, missing },
  });
}

/** What is asked for, so that a second call for it is known by it. */
export function requestOf(ref: string | null, values: Values): Json {
  return [ref, Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1))];
}
