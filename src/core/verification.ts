import type { Json } from './field.ts';
import type { Secret } from './secret.ts';

/** Why a verification did not end well; the classes of an outcome that scripts may rely on. */
export type ErrorClass =
  | 'INVALID'
  | 'EXPIRED'
  | 'REVOKED'
  | 'INSUFFICIENT'
  | 'NOT_FOUND'
  | 'PROVIDER_BLOCKED'
  | 'RATE_LIMITED'
  | 'UNREACHABLE'
  | 'MALFORMED';

/** What is asked of a provider: accepted? the configured thing there? may do what the category needs? A pipeline's chain comes first. */
export type CheckName = 'scm' | 'target' | 'credential' | 'resource' | 'permission';

export type CheckOutcome = 'passed' | 'failed' | 'unproven' | 'undecided' | 'skipped';

export interface Check {
  name: CheckName;
  outcome: CheckOutcome;
  detail: string;
}

export type Outcome = 'valid' | 'invalid' | 'expired' | 'undecided';

export interface Verdict {
  outcome: Outcome;
  checks: Check[];
  errorCode: ErrorClass | null;
  hint: string | null;
  /** When the credential ends, where the provider told: `2026-12-31T00:00:00Z`. */
  expiresAt: string | null;
  /** Whom the provider takes the credential for. */
  account: string | null;
}

interface Reason {
  /** A clause without a full stop; never a text of the provider that could echo what was sent. */
  detail: string;
  /** What to do about it. */
  hint?: string;
}

/** The provider said no; MALFORMED: it would have to, so that it is not asked. */
export class Refusal extends Error {
  readonly kind: 'INVALID' | 'EXPIRED' | 'REVOKED' | 'INSUFFICIENT' | 'NOT_FOUND' | 'PROVIDER_BLOCKED' | 'MALFORMED';
  readonly hint: string | undefined;

  constructor(kind: Refusal['kind'], { detail, hint }: Reason) {
    super(detail);
    this.kind = kind;
    this.hint = hint;
  }
}

/** The provider gave no answer that decides. Nothing is stored then. */
export class Undecided extends Error {
  readonly kind: 'RATE_LIMITED' | 'UNREACHABLE' | 'MALFORMED';
  readonly hint: string | undefined;

  constructor(kind: Undecided['kind'], { detail, hint }: Reason) {
    super(detail);
    this.kind = kind;
    this.hint = hint;
  }
}

/** What every request has. */
interface RequestParts {
  /** A webhook's address is a credential itself. */
  url: string | Secret;
  headers?: Readonly<Record<string, string | Secret>>;
  json?: Json;
  form?: Readonly<Record<string, string | Secret>>;
  /** Sent as it is. */
  body?: string;
  /** What its answer may have at most; 1 where it is not said. */
  megabytes?: number;
  /** Answers that the caller reads itself; the others are judged: first by the provider's table, then by the rules of all. */
  accept?: (answer: Answer) => boolean;
  /** What is asked for, as a person would find a typo in it: `repository acme/mobile`. Told where it is missing. */
  asksFor?: string;
}

/** GET where it is not said. A POST that asks says that it may be sent again after a fault, as GET always may. */
type Asking = { method?: 'GET'; repeatable?: never } | { method: 'POST'; repeatable: true };

/** A question: it changes nothing at the provider. */
export type Request = RequestParts & Asking;

/** What a request has beside its address and the credential. */
export type RequestRest = Partial<RequestParts> & Asking;

/** A request that changes something: sent once, by an action, and by nothing else. */
export interface Change extends RequestParts {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
}

export interface Answer {
  readonly status: number;
  /** Undefined where the answer has no such header. */
  header(name: string): string | undefined;
  /** At most what its request allows. */
  readonly text: string;
  /** The same as it came. */
  readonly bytes: Uint8Array;
  /** @throws Undecided when it is not JSON */
  json(): unknown;
  /** Whether it is a web page. */
  readonly isPage: boolean;
  /** By how many seconds the provider's clock is ahead of ours; 0 where it does not tell. */
  readonly clockAhead: number;
}

/** An answer that a provider is known to give, and what it means. All that it names must hold. */
export interface AnswerLine {
  status: number | readonly number[];
  /** By path in a JSON body, such as `error.code`; a list counts by each of its entries. */
  body?: Readonly<Record<string, string | boolean | RegExp>>;
  /** Of a body that is no JSON. */
  text?: RegExp;
  header?: Readonly<Record<string, RegExp>>;
  /** Also where it comes as a web page, which else is taken for something that stands in front. */
  page?: true;
  /** Only once another call has shown that the credential is accepted. */
  proven?: true;
  /** Only where our clock and the provider's are more than a minute apart. */
  skewed?: true;
  class: ErrorClass;
  /** A clause without a full stop; the status is told behind it. */
  detail: string;
  /** The words of `detail` that stand for what was asked for, where its request does not say what that is. */
  unnamed?: string;
  /** What to do about it; for a class that throttles only where the answer does not say when to come back. */
  hint: string | ((answer: Answer) => string);
  /** Where it is described, or who met it: an address, or `owner/repository#number`. */
  source: string;
}

/** What a provider answers, by names for its lines. The first line that matches counts. */
export type AnswerTable = Readonly<Record<string, AnswerLine>>;

/** What a check found, when it did not throw. */
export interface Finding {
  outcome?: 'passed' | 'unproven' | 'skipped';
  detail: string;
}

/** What a provider's verification works with. It can ask, and say what it found; it cannot store or print. */
export interface Probe {
  /** A plain field's text; undefined where it is not set. */
  text(field: string): string | undefined;
  list(field: string): readonly string[];
  /** The names in a field that holds a map; none where it is not set. */
  names(field: string): readonly string[];
  /** A credential; undefined where it is not set. */
  secret(field: string): Secret | undefined;
  /** The base of a hosted API, or what its variable puts in its place; without a slash at its end. */
  base(api: HostedApi): string;
  /**
   * Sends and judges.
   * @throws Refusal | Undecided for every answer that is neither accepted nor a success
   */
  send(request: Request): Promise<Answer>;
  /** Runs one check, notes what it found and hands it back; a refusal ends the verification. */
  check<Found extends Finding>(name: CheckName, step: () => Promise<Found>): Promise<Found>;
  /** Notes when the credential ends. */
  endsAt(moment: Date | undefined): void;
  /** Notes whom the provider takes the credential for. */
  accountIs(name: unknown): void;
  now(): Date;
  /** Mail and look-ups of mail hosts. */
  readonly mail: Mail;
}

/** An API that a provider hosts itself. */
export interface HostedApi {
  /** Without a slash at its end. */
  readonly base: string;
  /** The environment variable that puts another base in its place. */
  readonly variable: string;
}

export interface Mail {
  /** Whether a mail server is configured. */
  readonly configured: boolean;
  /**
   * Connects and signs in; sends nothing.
   * @param answers what reply codes mean, with the reply as text
   * @throws Refusal | Undecided
   */
  signIn(answers: AnswerTable): Promise<Finding>;
  /** Whether a domain takes mail. @throws Undecided when that cannot be found out */
  takesMail(domain: string): Promise<boolean>;
}

/** How a provider is asked whether an integration works. It changes nothing at the provider. */
export interface Verification {
  /** The checks it makes, in their order. */
  checks: readonly CheckName[];
  run(probe: Probe): Promise<void>;
  /** What the provider answers, and what that means; a refusal that stands nowhere is none. */
  answers?: AnswerTable;
}
