import { setMaxListeners } from 'node:events';
import type { Environment } from '../config/environment.ts';
import type { FieldValue } from '../core/field.ts';
import { originsOf } from '../core/origins.ts';
import { Secret } from '../core/secret.ts';
import { type Answer, type Change, type Probe, Refusal, type Request, Undecided } from '../core/verification.ts';
import type { MailService } from './mail.ts';
import { createRedactor } from './redact.ts';
import type { Sender } from './send.ts';
import { isElsewhere, type StandIn, standInsOf } from './stand-ins.ts';

/** What one verification or listing may use. */
export interface ProbeTools {
  sender: Sender;
  mail: MailService;
  /** Its variables replace the bases of hosted APIs. */
  env: Environment;
  /** Is waited for before anything is sent to one that leads elsewhere; where it fails, nothing is sent. */
  divert: (standIn: StandIn) => Promise<void>;
  now: () => Date;
  /** Ends every request of it. */
  signal: AbortSignal;
}

/** Plain values and opened credentials, by column. */
export type OpenValues = Readonly<Record<string, FieldValue | undefined>>;

interface Asked {
  /** The part of a probe that asks. */
  asking: Omit<Probe, 'check' | 'endsAt' | 'accountIs'>;
  /** Sends what changes something, and judges nothing. @throws NotDone, or Undecided before anything was sent */
  change(change: Change): Promise<Answer>;
  /** What masks the credentials that were asked with so far. */
  redactor: () => (text: string) => string;
}

/** @param problemIn what stands against an answer that the caller does not read itself, to a request for `asksFor` */
export function createAsking(
  values: OpenValues,
  tools: ProbeTools,
  problemIn: (answer: Answer, asksFor: string | undefined) => Refusal | Undecided | undefined,
): Asked {
  const secrets = new Set(secretsAmong(Object.values(values)));
  const standIns = standInsOf(tools.env);
  const replaced = new Set<string>();

  /** Notes what is secret in a request, and tells where it leads. */
  async function announce({ url, headers = {}, form = {} }: Request | Change): Promise<void> {
    for (const secret of secretsAmong([url, ...Object.values(headers), ...Object.values(form)])) secrets.add(secret);
    const [origin] = originsOf([url instanceof Secret ? url.reveal() : url]);
    for (const standIn of standIns.filter(isElsewhere))
      if (standIn.origin === origin && replaced.has(standIn.variable)) await tools.divert(standIn);
  }

  return {
    async change(change) {
      await announce(change);
      return tools.sender.sendOnce(change, tools.signal);
    },
    redactor: () => createRedactor([...secrets]),
    asking: {
      text: (field) => (typeof values[field] === 'string' ? values[field] : undefined),
      list: (field) => (Array.isArray(values[field]) ? values[field] : []),
      names: (field) => namesOf(values[field]),
      secret: (field) => (values[field] instanceof Secret ? values[field] : undefined),
      base({ base, variable }) {
        replaced.add(variable);
        return (tools.env[variable] || base).replace(/(?<!\/)\/+$/, '');
      },
      now: tools.now,
      mail: {
        configured: tools.mail.configured,
        signIn: (answers) => tools.mail.signIn(answers, tools.signal),
        takesMail: (domain) => tools.mail.takesMail(domain, tools.signal),
      },
      async send(request) {
        await announce(request);
        const answer = await tools.sender.send(request, tools.signal);
        if (request.accept?.(answer)) return answer;
        const problem = problemIn(answer, request.asksFor);
        if (problem) throw problem;
        return answer;
      },
    },
  };
}

function secretsAmong(values: readonly unknown[]): string[] {
  return values.flatMap((value) => (value instanceof Secret ? [value.reveal()] : []));
}

function namesOf(value: FieldValue | undefined): string[] {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Secret);
  return isMap ? Object.keys(value) : [];
}

/**
 * Gives `work` a signal that aborts after so long, or when `interrupted` does. `AbortSignal.any` would hold
 * `AbortSignal.timeout` weakly: once that is collected it never aborts (seen on Node 20).
 */
export async function withTimeout<T>(
  ms: number,
  interrupted: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  // One for each that is under way, and as many as it has requests: none of them leaks.
  setMaxListeners(0, interrupted, controller.signal);
  const interrupt = () => controller.abort(interrupted.reason);
  if (interrupted.aborted) interrupt();
  interrupted.addEventListener('abort', interrupt, { once: true });
  const timer = setTimeout(() => controller.abort(new DOMException('the time is up', 'TimeoutError')), ms);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    interrupted.removeEventListener('abort', interrupt);
  }
}

/** Anything that is neither a refusal nor an undecided answer came from bytes that were not foreseen. */
export function problemOf(error: unknown): Refusal | Undecided {
  if (error instanceof Refusal || error instanceof Undecided) return error;
  const late = error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
  return late
    ? new Undecided('UNREACHABLE', {
        detail: 'the provider did not answer in time',
        hint: 'Try again, or use a longer --timeout.',
      })
    : new Undecided('UNREACHABLE', { detail: 'the provider gave an unexpected answer' });
}
