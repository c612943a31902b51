import type { FieldValue } from '../core/field.ts';
import { Secret } from '../core/secret.ts';
import { mayBeCredential, quotable } from '../core/text.ts';
import {
  type Check,
  type CheckName,
  type HostedApi,
  type Probe,
  Refusal,
  Undecided,
  type Verdict,
  type Verification,
} from '../core/verification.ts';
import { judge } from './judge.ts';
import type { MailService } from './mail.ts';
import { createRedactor } from './redact.ts';
import type { Sender } from './send.ts';

/** What one verification may use. */
export interface Means {
  sender: Sender;
  mail: MailService;
  base: (api: HostedApi) => string;
  now: () => Date;
  /** Ends every request of it. */
  signal: AbortSignal;
}

/** Plain values and opened credentials, by column. */
export type OpenValues = Readonly<Record<string, FieldValue | undefined>>;

class Ended extends Error {}

/** The first moment that no database stores. */
const endOfTime = Date.UTC(10_000, 0);
/** For a request that was cut by the same signal to say what it waited for. */
const graceMs = 50;

/**
 * Asks the provider; ends soon after the signal at the latest.
 * @param knownEnd when the credential is known to end: a refusal after that moment is an expiry
 */
export async function verdictOf(
  verification: Verification,
  values: OpenValues,
  knownEnd: Date | undefined,
  means: Means,
): Promise<Verdict> {
  const checks: Check[] = [];
  const facts: { endsAt: Date | undefined; account: string | null } = { endsAt: undefined, account: null };
  let stopped: Refusal | Undecided | undefined;
  const secrets = new Set(secretsAmong(Object.values(values)));
  const standing = () => ({
    credentialProven: checks.some(({ name, outcome }) => name === 'credential' && outcome === 'passed'),
    now: means.now(),
  });

  const probe: Probe = {
    text: (field) => (typeof values[field] === 'string' ? values[field] : undefined),
    list: (field) => (Array.isArray(values[field]) ? values[field] : []),
    names: (field) => namesOf(values[field]),
    secret: (field) => (values[field] instanceof Secret ? values[field] : undefined),
    base: means.base,
    now: means.now,
    mail: {
      configured: means.mail.configured,
      signIn: () => means.mail.signIn(means.signal),
      takesMail: (domain) => means.mail.takesMail(domain, means.signal),
    },
    endsAt: (moment) => {
      if (moment && moment.getTime() >= 0 && moment.getTime() < endOfTime) facts.endsAt = moment;
    },
    accountIs: (name) => {
      if (typeof name === 'string' && name !== '') facts.account = mayBeCredential(name) ? null : quotable(name, 255);
    },
    async send(request) {
      const { url, headers = {}, form = {} } = request;
      for (const secret of secretsAmong([url, ...Object.values(headers), ...Object.values(form)])) secrets.add(secret);
      const answer = await means.sender.send(request, means.signal);
      if (request.accept?.(answer)) return answer;
      const problem = verification.judge?.(answer) ?? judge(answer, standing());
      if (problem) throw problem;
      return answer;
    },
    async check(name, step) {
      if (stopped) throw new Ended();
      try {
        const found = await step();
        if (stopped) throw new Ended();
        checks.push({ name, outcome: found.outcome ?? 'passed', detail: found.detail });
        return found;
      } catch (error) {
        if (stopped) throw new Ended();
        stopped = problemOf(error);
        checks.push({ name, outcome: stopped instanceof Refusal ? 'failed' : 'undecided', detail: stopped.message });
        throw new Ended();
      }
    },
  };

  try {
    await Promise.race([verification.run(probe), aborted(means.signal)]);
  } catch (error) {
    if (!(error instanceof Ended)) stopped ??= problemOf(error);
  }
  const missing = verification.checks.filter((name) => !checks.some((check) => check.name === name));
  for (const name of missing) checks.push(restOf(name, stopped, checks));
  return redacted(conclude(checks, stopped, facts, knownEnd, means.now()), [...secrets]);
}

/** Rejects when the signal aborts. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => setTimeout(() => reject(signal.reason), graceMs);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

function secretsAmong(values: readonly unknown[]): string[] {
  return values.flatMap((value) => (value instanceof Secret ? [value.reveal()] : []));
}

/** A name that a provider gives may repeat what it was sent. */
function redacted(verdict: Verdict, secrets: readonly string[]): Verdict {
  const redact = createRedactor(secrets);
  const { account, hint } = verdict;
  return {
    ...verdict,
    checks: verdict.checks.map((check) => ({ ...check, detail: redact(check.detail) })),
    hint: hint && redact(hint),
    account: account && redact(account) === account ? account : null,
  };
}

function namesOf(value: FieldValue | undefined): string[] {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Secret);
  return isMap ? Object.keys(value) : [];
}

/** A check that did not come to its turn. */
function restOf(name: CheckName, stopped: Refusal | Undecided | undefined, checks: readonly Check[]): Check {
  const first = stopped instanceof Undecided && !checks.some(({ outcome }) => outcome === 'undecided');
  return first
    ? { name, outcome: 'undecided', detail: stopped.message }
    : { name, outcome: 'skipped', detail: stopped ? 'not asked: an earlier check ended it' : 'not needed' };
}

/** Anything that is neither a refusal nor an undecided answer came from bytes that were not foreseen. */
function problemOf(error: unknown): Refusal | Undecided {
  if (error instanceof Refusal || error instanceof Undecided) return error;
  const late = error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
  return late
    ? new Undecided('UNREACHABLE', {
        detail: 'the provider did not answer in time',
        hint: 'Try again, or with a longer --timeout.',
      })
    : new Undecided('UNREACHABLE', { detail: 'the provider gave an answer that is not foreseen' });
}

function conclude(
  checks: Check[],
  stopped: Refusal | Undecided | undefined,
  facts: { endsAt: Date | undefined; account: string | null },
  knownEnd: Date | undefined,
  now: Date,
): Verdict {
  const told = {
    expiresAt: facts.endsAt ? `${facts.endsAt.toISOString().slice(0, 19)}Z` : null,
    account: facts.account,
  };
  if (!stopped) return { outcome: 'valid', checks, errorCode: null, hint: null, ...told };
  const hint = stopped.hint ?? null;
  if (stopped instanceof Undecided) return { outcome: 'undecided', checks, errorCode: stopped.kind, hint, ...told };
  const over = (facts.endsAt ?? knownEnd ?? now).getTime() < now.getTime();
  const expired = stopped.kind === 'EXPIRED' || (stopped.kind === 'INVALID' && over);
  return {
    outcome: expired ? 'expired' : 'invalid',
    checks,
    errorCode: expired ? 'EXPIRED' : stopped.kind,
    hint,
    ...told,
  };
}
