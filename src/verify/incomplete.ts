import { problemsOf } from '../core/problems.ts';
import type { Provider } from '../core/provider.ts';
import { Secret } from '../core/secret.ts';
import { sentenceList } from '../core/text.ts';
import { Refusal } from '../core/verification.ts';
import type { OpenValues } from './asking.ts';

/**
 * What a row lacks, whoever wrote it: without its credential, or without what is to be there, nothing can be found
 * valid. Blanks are nothing too, sealed or not.
 */
export function refusalOfIncomplete(provider: Provider, values: OpenValues): Refusal | undefined {
  const present = Object.entries(values).map(([name, value]) => [name, isBlank(value) ? null : value] as const);
  const problems = problemsOf(provider, Object.fromEntries(present));
  if (problems.length === 0) return undefined;
  const told = problems.map((problem) =>
    problem.kind === 'missing' ? `it has no ${problem.field.name}` : `${problem.field.name} ${problem.reason}`,
  );
  return new Refusal('MALFORMED', {
    detail: sentenceList(told),
    hint: 'Complete it with "update", or store the credential with "rotate".',
  });
}

function isBlank(value: OpenValues[string]): boolean {
  if (value instanceof Secret) return value.isBlank();
  if (Array.isArray(value)) return value.every((each) => typeof each !== 'string' || each.trim() === '');
  return typeof value === 'string' && value.trim() === '';
}
