import type { Answer, Change, Probe, Refusal } from './verification.ts';

/** What can become of something that was asked of a provider once; each surface says it in these words. */
export type Outcome = 'started' | 'refused' | 'not sent' | 'uncertain';

/** Why it was refused: what was asked for does not fit, is not there, or may not be done with the credential; or anything else. */
export type RefusalKind = Refusal['kind'] | 'INPUT';

interface NotDoneParts {
  /** A clause without a full stop, about the provider; never a text of its that could echo what was sent. */
  detail: string;
  /** What to do about it. */
  hint?: string | undefined;
  /** For `refused` alone. */
  kind?: RefusalKind;
}

/**
 * What an action was to do is not known to be done. `refused`: the provider said no, and did nothing. `not sent`: no byte
 * left, or it was thrown back before anything was done. `uncertain`: it may have been done, and is looked up.
 */
export class NotDone extends Error {
  readonly outcome: Exclude<Outcome, 'started'>;
  readonly hint: string | undefined;
  readonly kind: RefusalKind | undefined;

  constructor(outcome: NotDone['outcome'], { detail, hint, kind }: NotDoneParts) {
    super(detail);
    this.outcome = outcome;
    this.hint = hint;
    this.kind = kind;
  }
}

/** What an action works with: it asks as a verification does, and may change something. Its checks are kept nowhere. */
export interface Client extends Probe {
  /**
   * Sends what changes something. It is sent once: no layer repeats it, and no redirect is followed.
   * @throws NotDone for every answer that is neither accepted nor a success, and where there is none
   */
  change(change: Change): Promise<Answer>;
}
