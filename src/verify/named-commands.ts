import type { Field } from '../core/field.ts';
import { shellWord } from '../core/text.ts';
import type { Verdict } from '../core/verification.ts';
import { categoryOf, type Integration, providerOf } from '../db/stores/codec.ts';

/** Whom the commands of a hint are about. */
export interface Concerned {
  /** What was asked about; its id is empty where it is not stored yet. */
  row: Integration;
  /** Whose credential it is: of a pipeline that is hosted with its SCM, that SCM. */
  owner?: Integration | undefined;
  /** What stands behind the commands: `--tenant Beta` where the active one is another. */
  flags?: string | undefined;
}

const command = /( with )?"(?:integrations \S+ )?(update|rotate)"/g;

/** The tables of answers know verbs; the commands that a person copies name the integration too. */
export function withNamedCommands(verdict: Verdict, concerned: Concerned): Verdict {
  const { hint } = verdict;
  return hint === null ? verdict : { ...verdict, hint: hintFor(hint, concerned) };
}

function hintFor(hint: string, concerned: Concerned): string {
  const { row, flags } = concerned;
  const named = namedCommandsOf(hint, concerned);
  if (named !== hint || row.id === '') return named;
  const flag = soleFlag(hint, providerOf(categoryOf(row), row).fields);
  return flag === undefined ? hint : `${hint} The command: ${told('update', row, [`--${flag} NEW`, flags])}`;
}

/** The same of a hint alone. */
export function namedCommandsOf(hint: string, { row, owner = row, flags }: Concerned): string {
  return hint.replace(command, (_, lead: string | undefined, verb: string) => {
    const of = verb === 'rotate' ? owner : row;
    // What is not stored yet is given anew, not changed.
    return of.id === '' ? '' : `${lead ?? ''}"${told(verb, of, [flags])}"`;
  });
}

function told(verb: string, of: Integration, more: readonly (string | undefined)[]): string {
  return ['integrations', categoryOf(of).name, verb, shellWord(of.displayName), ...more].filter(Boolean).join(' ');
}

/** The flag of the one field that a hint says to correct. */
function soleFlag(hint: string, fields: readonly Field[]): string | undefined {
  const [only, ...others] = [...hint.matchAll(/--([a-z-]+)/g)].map(([, name]) => name);
  return others.length === 0 && fields.some(({ flag, credential }) => flag === only && !credential) ? only : undefined;
}
