import type { Run } from '../../db/stores/run-row.ts';
import type { Variables } from './template.ts';

/** A ticket that is asked for. */
export interface TicketRequest {
  /** The version that it is for. */
  release: string;
  /** The caller's own name for it, under which there is one ticket; undefined for the release. */
  key: string | undefined;
  /** In place of the template's. */
  title: string | undefined;
  /** For the template, in addition to what is known and in its place. */
  values: Variables;
  /** What the ticket is to lead to. */
  link: string | undefined;
}

export interface Created {
  run: Run;
  /** `existing`: an earlier call, or somebody else with the same key, had created it. */
  result: 'created' | 'existing';
  /** What was left undone, as sentences: the ticket is there all the same. */
  warnings: string[];
}
