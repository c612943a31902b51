import type { NotDone } from '../../core/client.ts';
import type { Destination } from '../../core/messages.ts';
import type { Run } from '../../db/stores/run-row.ts';
import { unresolvedStates } from '../../db/stores/runs.ts';
import type { Consignment } from './parcel.ts';

/** `accepted`: somebody took it who does not say whether it arrives; `duplicate`: an earlier call under its key sent it. */
export type MessageOutcome = 'delivered' | 'accepted' | 'refused' | 'uncertain' | 'not_sent' | 'duplicate' | 'skipped';

/** What became of a message at one destination, as scripts see it. */
export type MessageReport = {
  id: string;
  displayName: string;
  /** The provider's name. */
  type: string;
  destination: string;
  outcome: MessageOutcome;
  runId: string | null;
  /** The provider's own name for the message. */
  providerId: string | null;
  url: string | null;
  /** Why it was refused or not sent, in one word, where there is one. */
  errorCode: string | null;
  /** The same in a clause; of what was taken, by whom. */
  detail: string | null;
  hint: string | null;
};

interface Told {
  outcome: MessageOutcome;
  run?: Pick<Run, 'id' | 'providerRunId' | 'url'> | undefined;
  errorCode?: string | undefined;
  detail?: string | null | undefined;
  hint?: string | undefined;
}

export function reportOf({ row, provider }: Consignment, { name }: Destination, told: Told): MessageReport {
  const { outcome, run, errorCode = null, detail = null, hint = null } = told;
  return {
    id: row.id,
    displayName: row.displayName,
    type: provider.name,
    destination: name,
    outcome,
    runId: run?.id ?? null,
    providerId: run?.providerRunId ?? null,
    url: run?.url ?? null,
    errorCode,
    detail,
    hint,
  };
}

function lookThere({ key }: Run): string {
  const again = key === null ? '' : ' Under its key it is sent once more only by force.';
  return `Look there whether it has arrived.${again}`;
}

/** A run that was carried out, now or by an earlier call. */
export function reportOfRun(
  consignment: Consignment,
  destination: Destination,
  run: Run,
  { isRepeat, fault }: { isRepeat: boolean; fault?: NotDone | undefined },
): MessageReport {
  if (unresolvedStates.includes(run.state)) {
    const detail = run.detail ?? 'an earlier call was sending it, and nobody knows what became of that';
    // To try again, as the fault would have it, could make two.
    const hint = lookThere(run);
    return reportOf(consignment, destination, { outcome: 'uncertain', run, errorCode: fault?.kind, detail, hint });
  }
  if (isRepeat) {
    return reportOf(consignment, destination, { outcome: 'duplicate', run, detail: `sent at ${run.createdAt}` });
  }
  const outcome = run.state === 'delivered' ? 'delivered' : 'accepted';
  return reportOf(consignment, destination, { outcome, run, detail: run.detail });
}
