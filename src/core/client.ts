import type { Answer, AnswerTable, Change, Probe, Refusal, Undecided } from './verification.ts';

/** What can become of something that was asked of a provider once; each surface says it in these words. */
export type Outcome = 'started' | 'refused' | 'not sent' | 'uncertain';

/** Why it was refused or not sent; `INPUT`: what was asked for does not fit. */
export type NotDoneKind = Refusal['kind'] | Undecided['kind'] | 'INPUT';

interface NotDoneParts {
  /** A clause without a full stop, about the provider; never a text of its that could echo what was sent. */
  detail: string;
  /** What to do about it. */
  hint?: string | undefined;
  kind?: NotDoneKind | undefined;
  /** Of what was not sent: after so many seconds it may be sent with better luck. */
  retryAfterS?: number | undefined;
}

/**
 * What an action was to do is not known to be done. `refused`: the provider said no, and did nothing. `not sent`: no byte
 * left, or it was thrown back before anything was done. `uncertain`: it may have been done, and is looked up.
 */
export class NotDone extends Error {
  readonly outcome: Exclude<Outcome, 'started'>;
  readonly hint: string | undefined;
  readonly kind: NotDoneKind | undefined;
  readonly retryAfterS: number | undefined;

  constructor(outcome: NotDone['outcome'], { detail, hint, kind, retryAfterS }: NotDoneParts) {
    super(detail);
    this.outcome = outcome;
    this.hint = hint;
    this.kind = kind;
    this.retryAfterS = retryAfterS;
  }
}

/** What an action works with: it asks as a verification does, and may change something. Its checks are kept nowhere. */
export interface Client extends Probe {
  /**
   * Sends what changes something. It is sent once: no layer repeats it, and no redirect is followed.
   * @throws NotDone for every answer that is neither accepted nor a success, and where there is none
   */
  change(change: Change): Promise<Answer>;
  /**
   * Hands an e-mail to the mail server of the environment. It is sent once.
   * @param answers what reply codes mean, with the reply as text
   * @returns the host that took it
   * @throws NotDone for every reply that is no success, and where there is none
   */
  submit(email: Email, answers: AnswerTable): Promise<string>;
}

/** An e-mail to one person. */
export type Email = {
  /** `address` or `Name <address>`. */
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  /** With its angle brackets. */
  messageId: string;
  headers: { [name: string]: string };
};
