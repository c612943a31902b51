import type { Environment } from '../config/environment.ts';
import { boundValues } from '../core/audience.ts';
import { type Category, categories } from '../core/category.ts';
import { AppError } from '../core/error.ts';
import type { FieldValue } from '../core/field.ts';
import { isLink, type Link, links } from '../core/links.ts';
import type { Provider } from '../core/provider.ts';
import type { Check, Refusal, Verdict, Verification } from '../core/verification.ts';
import type { Opener } from '../crypto/seal.ts';
import { type Integration, providerOf } from '../db/stores/codec.ts';
import { type OpenValues, withTimeout } from './asking.ts';
import { refusalOfIncomplete } from './incomplete.ts';
import { createMail } from './mail.ts';
import { withNamedCommands } from './named-commands.ts';
import { verdictOf } from './probe.ts';
import { senderFor } from './send.ts';
import type { StandIn } from './stand-ins.ts';

export interface VerifyOptions {
  env: Environment;
  /** Integrations at a time. */
  concurrency: number;
  /** Requests at a time for one host. */
  perHost: number;
  /** For one integration. */
  timeoutMs: number;
  allowHttp: boolean;
  now: () => Date;
  /** Ends everything that is under way. */
  interrupted: AbortSignal;
  /** Is waited for before anything of a tenant is sent to a stand-in that leads elsewhere; where it fails, nothing is sent. */
  divert: (standIn: StandIn, tenantId: string) => Promise<void>;
  /** Is told each request, without what is secret. */
  trace?: (text: string) => void;
  /** What a command needs to be about an integration of that tenant: `--tenant Beta`; nothing for the active one. */
  tenantFlag?: (tenantId: string) => string | undefined;
}

/** An integration to verify, with what it uses where it is a pipeline. */
export interface Subject {
  category: Category;
  row: Integration;
  uses: Partial<Record<Link, Integration>>;
}

export interface Verified {
  subject: Subject;
  verdict: Verdict;
  latencyMs: number;
  /** Its credentials could not be opened, so nothing was asked. */
  unopened?: AppError;
}

/** Asks providers. To be closed at the end. */
export interface Verifier {
  /** Verifies one integration with what is stored, or with `values` in its place: what was just given goes where they lead. */
  verify(subject: Subject, values?: OpenValues): Promise<Verified>;
  close(): Promise<void>;
}

/** @param openerOf opens the credentials of a tenant */
export function createVerifier(openerOf: (tenantId: string) => Opener, options: VerifyOptions): Verifier {
  const { env, timeoutMs, now, interrupted } = options;
  const sender = senderFor(options);
  const mail = createMail(env, timeoutMs);
  const asked = createAsked();

  async function askOne(
    provider: Provider,
    values: OpenValues,
    row: Integration,
    { leftMs = timeoutMs, owner }: { leftMs?: number; owner?: Integration | undefined } = {},
  ): Promise<Verdict> {
    const { tenantId, credentialExpiresAt } = row;
    const knownEnd = credentialExpiresAt === null ? undefined : new Date(credentialExpiresAt);
    const divert = (standIn: StandIn) => options.divert(standIn, tenantId);
    const refusal = refusalOfIncomplete(provider, values);
    const verification = refusal ? refusing(provider.verification, refusal) : provider.verification;
    const verdict = await withTimeout(leftMs, interrupted, (signal) =>
      verdictOf(verification, values, knownEnd, { env, sender, mail, now, signal, divert }),
    );
    return withNamedCommands(verdict, { row, owner, flags: options.tenantFlag?.(tenantId) });
  }

  function askLinked(link: Link, row: Integration): Promise<Verdict> | Verdict {
    const category = categories[link];
    const known = asked.get(row.id);
    if (known) return known;
    const values = openValues(category, row, openerOf(row.tenantId));
    return asked.keep(row.id, askOne(providerOf(category, row), values, row));
  }

  async function verdictFor({ category, row, uses }: Subject, given: OpenValues | undefined): Promise<Verdict> {
    const provider = providerOf(category, row);
    const values = given ? boundValues(provider, given) : openValues(category, row, openerOf(row.tenantId));
    if (category.name !== 'pipeline') {
      const verdict = askOne(provider, values, row);
      return given === undefined && isLink(category.name) ? asked.keep(row.id, verdict) : verdict;
    }
    const begun = performance.now();
    const chain = await Promise.all(
      links.map(async (link) => linkedVerdict(link, uses[link], uses[link] && (await askLinked(link, uses[link])))),
    );
    const scm = uses.scm;
    // What is hosted with the SCM uses its credential: once that is refused there is nothing left to ask.
    const isHosted = provider.scm !== undefined;
    if (isHosted && chain.some(({ link, verdict }) => link === 'scm' && verdict.outcome !== 'valid'))
      return chained(chain, undefined, provider);
    const together = scm ? withScm(provider, values, scm, openerOf(scm.tenantId)) : values;
    // The time is for all that a pipeline uses, and for itself.
    const leftMs = Math.max(0, timeoutMs - (performance.now() - begun));
    const owner = isHosted ? scm : undefined;
    return chained(chain, await askOne(provider, together, row, { leftMs, owner }), provider);
  }

  return {
    async verify(subject, values) {
      const start = performance.now();
      const done = (verdict: Verdict, unopened?: AppError): Verified => ({
        subject,
        verdict,
        latencyMs: Math.round(performance.now() - start),
        ...(unopened ? { unopened } : {}),
      });
      try {
        return done(await verdictFor(subject, values));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return done(notAsked(providerOf(subject.category, subject.row), error), error);
      }
    },
    close: () => sender.close(),
  };
}

/** What was asked already: several pipelines use one SCM, and it is asked once a run. */
function createAsked() {
  const verdicts = new Map<string, Promise<Verdict> | Verdict>();
  return {
    get: (id: string) => verdicts.get(id),

    /** Of a verdict that is there no more is kept than a pipeline's needs: a run may come to a million. */
    keep(id: string, verdict: Promise<Verdict>): Promise<Verdict> {
      verdicts.set(id, verdict);
      verdict.then(
        (settled) => verdicts.set(id, settled.outcome === 'valid' ? allWell : settled),
        // Whoever asked is told.
        () => undefined,
      );
      return verdict;
    },
  };
}

/** All that a pipeline's verdict takes from one that is valid. */
const allWell: Verdict = { outcome: 'valid', checks: [], errorCode: null, hint: null, expiresAt: null, account: null };

/** Asks nobody. */
function refusing(verification: Verification, refusal: Refusal): Verification {
  const [first = 'credential'] = verification.checks;
  return { ...verification, run: (probe) => probe.check(first, () => Promise.reject(refusal)).then(() => undefined) };
}

/**
 * What a row holds, its credentials opened.
 * @param given stands in place of what is stored, which need not open then
 * @throws AppError KEY_UNAVAILABLE | DECRYPTION_FAILED
 */
export function openValues(category: Category, row: Integration, opener: Opener, given: OpenValues = {}): OpenValues {
  const opened = providerOf(category, row).fields.map(({ name, credential }) => {
    if (name in given) return [name, given[name]] as const;
    const stored = row[name] as FieldValue;
    const place = { table: category.table, column: name, id: row.id };
    return [name, credential && typeof stored === 'string' ? opener.open(stored, place) : stored] as const;
  });
  return Object.fromEntries(opened);
}

/**
 * What a pipeline asks with: one that is hosted with its SCM has no credential of its own.
 * @throws AppError KEY_UNAVAILABLE | DECRYPTION_FAILED
 */
export function withScm(provider: Provider, values: OpenValues, scm: Integration, opener: Opener): OpenValues {
  return provider.scm === undefined ? values : { ...openValues(categories.scm, scm, opener), ...values };
}

interface LinkedVerdict {
  link: Link;
  name: string;
  verdict: Verdict;
}

function linkedVerdict(link: Link, row: Integration | undefined, verdict: Verdict | undefined): LinkedVerdict {
  if (row && verdict) return { link, name: row.displayName, verdict };
  throw new AppError('CONFLICT', `the ${link} that the pipeline uses is not there`, { hint: 'integrations doctor' });
}

/** A pipeline is only as valid as its SCM and its target. */
function chained(chain: readonly LinkedVerdict[], own: Verdict | undefined, provider: Provider): Verdict {
  const all = [...chain.map(({ verdict }) => verdict), ...(own ? [own] : [])];
  const worst =
    all.find(({ outcome }) => outcome === 'invalid' || outcome === 'expired') ??
    all.find(({ outcome }) => outcome === 'undecided');
  const rest = provider.verification.checks.map(
    (name): Check => ({ name, outcome: 'skipped', detail: 'not asked: its scm is not valid' }),
  );
  return {
    outcome: worst?.outcome ?? 'valid',
    checks: [...chain.map(checkOf), ...(own?.checks ?? rest)],
    errorCode: worst?.errorCode ?? null,
    hint: worst?.hint ?? null,
    // What is hosted with the SCM has no credential of its own that could end.
    expiresAt: (provider.scm === undefined && own?.expiresAt) || null,
    account: own?.account ?? null,
  };
}

function checkOf({ link, name, verdict }: LinkedVerdict): Check {
  const broken = verdict.checks.find(({ outcome }) => outcome === 'failed' || outcome === 'undecided');
  const detail = `"${name}" is ${verdict.outcome}${broken ? `: ${broken.detail}` : ''}`;
  const outcome = verdict.outcome === 'valid' ? 'passed' : verdict.outcome === 'undecided' ? 'undecided' : 'failed';
  return { name: link, outcome, detail };
}

function notAsked(provider: Provider, error: AppError): Verdict {
  const checks = provider.verification.checks.map(
    (name): Check => ({ name, outcome: 'skipped', detail: error.message }),
  );
  return { outcome: 'undecided', checks, errorCode: null, hint: error.hint ?? null, expiresAt: null, account: null };
}

/** Works through items, so many at a time, and hands out each result as it comes. */
export async function* inParallel<T, R>(
  items: AsyncIterable<T>,
  concurrency: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running = new Map<number, Promise<readonly [number, R]>>();
  let number = 0;
  for await (const item of items) {
    const key = number;
    number += 1;
    running.set(
      key,
      work(item).then((result) => [key, result] as const),
    );
    if (running.size >= concurrency) yield await next(running);
  }
  while (running.size > 0) yield await next(running);
}

async function next<R>(running: Map<number, Promise<readonly [number, R]>>): Promise<R> {
  const [key, result] = await Promise.race(running.values());
  running.delete(key);
  return result;
}
