import { type Evidence, judgeBy, machineCode } from '../core/answers.ts';
import { isThrottled, throttled } from '../core/reading.ts';
import { type Answer, type AnswerTable, type Refusal, Undecided } from '../core/verification.ts';

/**
 * The reading of an answer: by the provider's table, then by the rules that hold for all; undefined is a success.
 * What neither knows is undecided, for it may come from something that stands in front.
 */
export function judge(answer: Answer, evidence: Evidence, table?: AnswerTable): Refusal | Undecided | undefined {
  const known = (table && judgeBy(table, answer, evidence)) ?? passing(answer, evidence);
  const isSuccess = answer.status >= 200 && answer.status < 300;
  return known ?? (isSuccess ? undefined : unforeseen(answer));
}

/** What says nothing of the credential, whoever answers it. */
function passing(answer: Answer, { now }: Evidence): Undecided | undefined {
  const { status } = answer;
  if (isThrottled(answer)) return throttled(answer, now);
  if (status >= 500)
    return new Undecided('UNREACHABLE', {
      detail: `the provider has an internal error (${status})`,
      hint: 'Try again later.',
    });
  if (status >= 300 && status < 400) {
    return new Undecided('UNREACHABLE', {
      detail: 'it redirects elsewhere, where credentials are not sent',
      hint: 'Check the address, and whether a sign-in page is in the way.',
    });
  }
  if (answer.isPage) {
    return new Undecided('UNREACHABLE', {
      detail: `a web page answered (${status}), not the API`,
      hint: 'Check the address, and whether a proxy or a sign-in page is in the way.',
    });
  }
  return undefined;
}

function unforeseen(answer: Answer): Undecided {
  const { status } = answer;
  const code = machineCode(answer);
  if ((status === 404 || status === 410) && code === undefined) {
    return new Undecided('UNREACHABLE', {
      detail: `nothing answers at this address (${status})`,
      hint: 'Check the address.',
    });
  }
  return new Undecided('UNREACHABLE', {
    detail: `it gave an unexpected answer (${[status, code].filter(Boolean).join(', ')})`,
    hint: `Look up ${code === undefined ? 'the status' : 'the code'} in the provider's documentation, and check whether a proxy is in the way.`,
  });
}
