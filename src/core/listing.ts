import type { Probe } from './verification.ts';

/** One thing that the provider has, as a value of a field; of a list it is one entry. */
export interface Choice {
  value: string;
  /** What people call it, where that is not the value. */
  label?: string | undefined;
  /** What tells it from others, in a few words. */
  hint?: string | undefined;
  /** What other fields hold once it is chosen. */
  also?: Readonly<Record<string, string | undefined>>;
}

/** What the provider has for a field, for people to pick from. It changes nothing there. */
export interface Listing {
  /** The fields that it asks with, a pipeline's those of its SCM too; before they have values there is nothing to ask. */
  needs: readonly string[];
  /** Fields that it asks with too, which say something of their own when they are empty; to be known before it is asked. */
  uses?: readonly string[];
  /**
   * The provider's own service, where there are servers of one's own too. What the field holds so far says which is
   * asked, and may be the address of a server alone; before it holds something there is nothing to ask.
   */
  hosted?: string;
  /**
   * The choices as the provider hands them out, without an end of its own: whoever reads them stops. What it says of
   * its checks to the probe is not kept.
   * @throws Refusal | Undecided
   */
  pages(probe: Probe): AsyncIterable<readonly Choice[]>;
}
