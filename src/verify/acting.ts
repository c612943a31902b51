import { boundValues } from '../core/audience.ts';
import { type Client, NotDone } from '../core/client.ts';
import type { Provider } from '../core/provider.ts';
import { isThrottled, retryAfter } from '../core/reading.ts';
import { type Answer, type Probe, Refusal, Undecided } from '../core/verification.ts';
import { createAsking, type OpenValues, type ProbeTools } from './asking.ts';
import { judge } from './judge.ts';

export interface Acting {
  client: Client;
  /** Masks the credentials that were sent so far: for whatever a provider gave. */
  redact(text: string): string;
}

/** @param values of the integration, its credentials opened; of one that is hosted with its SCM that SCM's too */
export function createActing(provider: Provider, values: OpenValues, tools: ProbeTools): Acting {
  const { answers } = provider.verification;
  const problemIn = (answer: Answer, asksFor?: string) =>
    judge(answer, { credentialProven: true, now: tools.now(), asksFor }, answers);
  const { asking, change, redactor } = createAsking(boundValues(provider, values), tools, problemIn);
  const probe: Probe = { ...asking, endsAt() {}, accountIs() {}, check: (_name, step) => step() };
  return {
    client: {
      ...probe,
      async change(request) {
        const answer = await change(request).catch(notSent);
        if (request.accept?.(answer)) return answer;
        const problem = problemIn(answer, request.asksFor);
        if (problem) throw notDone(answer, problem, tools.now());
        return answer;
      },
      submit: (email, answers) => tools.mail.submit(email, answers),
    },
    redact: (text) => redactor()(text),
  };
}

/** What is undecided before there is an answer was not sent. */
function notSent(error: unknown): never {
  if (!(error instanceof Undecided)) throw error;
  const { message: detail, hint, kind } = error;
  throw new NotDone('not sent', { detail, hint, kind });
}

/** What an answer that is no success says of what it was asked to do. */
function notDone(answer: Answer, problem: Refusal | Undecided, now: Date): NotDone {
  const { message: detail, hint, kind } = problem;
  if (problem instanceof Refusal && answer.status < 500) return new NotDone('refused', { detail, hint, kind });
  if (isThrottled(answer) || (kind === 'RATE_LIMITED' && answer.status < 500)) {
    const retryAfterS = retryAfter(answer.header('retry-after'), now);
    return new NotDone('not sent', { detail, hint, kind, retryAfterS });
  }
  return new NotDone(isRefused(answer) ? 'refused' : 'uncertain', { detail, hint, kind });
}

/**
 * Whether what answered did nothing: it says that the request has to go elsewhere, or refuses it in the form of an API. A
 * page may come from a proxy that had handed the request on.
 */
function isRefused({ status, isPage, text }: Answer): boolean {
  if ([301, 307, 308].includes(status)) return true;
  return status >= 400 && status < 500 && status !== 408 && !isPage && /^\s*\{/.test(text);
}
