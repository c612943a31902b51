import { NotDone } from '../../core/client.ts';
import { AppError, type ErrorCode } from '../../core/error.ts';
import { newId } from '../../core/id.ts';
import type { Delivery, Destination } from '../../core/messages.ts';
import { moment } from '../../core/time.ts';
import { Refusal, Undecided } from '../../core/verification.ts';
import type { Run } from '../../db/stores/run-row.ts';
import { unresolvedStates } from '../../db/stores/runs.ts';
import { carryOut } from '../runs/carry-out.ts';
import { type Connected, connectedTo } from '../runs/client.ts';
import type { RunOptions } from '../runs/options.ts';
import { type Started, settleNews } from '../runs/settle.ts';
import type { TenantScope } from '../scope.ts';
import { type Notification, requestOf } from './notification.ts';
import { type Consignment, idOfMessage, partOf } from './parcel.ts';
import { type MessageReport, reportOf, reportOfRun } from './report.ts';

/** Where it goes, and the run that an earlier call under the same key has begun for it. */
export interface Parcel {
  destination: Destination;
  known: Run | undefined;
}

/** What is sent, and how. */
export interface Sending {
  notification: Notification;
  options: RunOptions;
  /** Sends once more what nobody knows the fate of. */
  force: boolean;
}

/**
 * Sends to the destinations of one integration, one after the other; none of them depends on another.
 * @param tell is told of each as it ends
 * @returns a report of each, in their order, and the error that kept its credentials from being opened
 */
export async function sendConsignment(
  scope: TenantScope,
  consignment: Consignment,
  parcels: readonly Parcel[],
  sending: Sending,
  tell: (report: MessageReport) => void,
): Promise<{ reports: MessageReport[]; unopened: AppError | undefined }> {
  const reports: MessageReport[] = [];
  const settle = (report: MessageReport) => {
    reports.push(report);
    tell(report);
  };
  const send = async (connection: Connected | undefined) => {
    for (const parcel of parcels) settle(await sentTo(scope, consignment, parcel, sending, connection));
  };
  let isOpen = parcels.every((parcel) => reportOfSettled(consignment, parcel, sending));
  try {
    if (isOpen) await send(undefined);
    else
      await connectedTo(scope, consignment.row, sending.options, (connection) => {
        isOpen = true;
        return send(connection);
      });
    return { reports, unopened: undefined };
  } catch (error) {
    if (isOpen || !(error instanceof AppError && ofRow.includes(error.code))) throw error;
    const { code, message: detail, hint } = error;
    for (const parcel of parcels)
      settle(
        reportOfSettled(consignment, parcel, sending) ??
          reportOf(consignment, parcel.destination, { outcome: 'not_sent', errorCode: code, detail, hint }),
      );
    return { reports, unopened: unopenedCodes.includes(code) ? error : undefined };
  }
}

const unopenedCodes: readonly ErrorCode[] = ['KEY_UNAVAILABLE', 'DECRYPTION_FAILED'];
/** What keeps one integration from sending, and none of the others. */
const ofRow: readonly ErrorCode[] = [...unopenedCodes, 'FAILED', 'UNDECIDED', 'NOT_FOUND', 'CONFLICT'];

/** What is known of it where there is nothing to send. */
function reportOfSettled(
  consignment: Consignment,
  { destination, known }: Parcel,
  { force }: Sending,
): MessageReport | undefined {
  if (!known || (force && unresolvedStates.includes(known.state))) return undefined;
  return reportOfRun(consignment, destination, known, { isRepeat: true });
}

async function sentTo(
  scope: TenantScope,
  consignment: Consignment,
  parcel: Parcel,
  sending: Sending,
  connection: Connected | undefined,
): Promise<MessageReport> {
  const settled = reportOfSettled(consignment, parcel, sending);
  if (settled) return settled;
  const { destination } = parcel;
  if (sending.options.interrupted.aborted || !connection)
    return reportOf(consignment, destination, { outcome: 'skipped', detail: 'it was interrupted before that' });
  return sendOne(scope, consignment, destination, sending, connection);
}

async function sendOne(
  scope: TenantScope,
  consignment: Consignment,
  destination: Destination,
  sending: Sending,
  connection: Connected,
): Promise<MessageReport> {
  const { options } = sending;
  const { redact, provider } = connection;
  const { intent, payload } = intended(consignment, destination, sending);
  let [isBegun, fault] = [false, undefined as NotDone | undefined];
  const send = async (): Promise<Started> => {
    isBegun = true;
    try {
      const delivery = await withRetries(() => consignment.actions.send(connection.client, payload), options);
      return startedBy(delivery, redact, options.now());
    } catch (error) {
      if (error instanceof NotDone) fault = error;
      throw error;
    }
  };
  try {
    const errand = { redact, provider: provider.titleInText, send };
    const { run, isRepeat } = await carryOut(scope, intent, errand, options);
    const seen = isRepeat ? run : await withAddress(scope, run, consignment, connection, options);
    return reportOfRun(consignment, destination, seen, { isRepeat, fault });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // Once it may be on its way, nothing but what its provider said tells what became of it.
    const runId = runIdIn(error);
    if (fault && runId !== undefined) return reportOfFault(consignment, destination, { fault, runId, redact });
    if (isBegun || !ofRow.includes(error.code)) throw error;
    const { code, message: detail, hint } = error;
    return reportOf(consignment, destination, { outcome: 'not_sent', errorCode: code, detail, hint });
  }
}

/** What is stored before it is sent. */
function intended(consignment: Consignment, destination: Destination, { notification, force }: Sending) {
  const { row, actions, sendingRow, message } = consignment;
  const { key, event } = notification;
  const id = newId('run');
  const intent = {
    id,
    kind: 'message' as const,
    integration: row,
    key,
    part: partOf(destination),
    request: requestOf(notification),
    marker: null,
    about: { event, destination: destination.masked },
    place: {},
    deadline: null,
    // What an earlier message came to keeps no later one back.
    unresolved: 'set aside' as const,
    isForced: force,
  };
  const payload = actions.payload(sendingRow, message, destination, idOfMessage(consignment, key ?? id, destination));
  return { intent, payload };
}

const repeats = 2;
const longestWaitS = 30;

/** What was not sent is sent again where that may help soon: nothing of it has arrived. */
async function withRetries(
  send: () => Promise<Delivery>,
  { sleep, interrupted }: Pick<RunOptions, 'sleep' | 'interrupted'>,
): Promise<Delivery> {
  for (let round = 0; ; round += 1) {
    try {
      return await send();
    } catch (error) {
      const wait = error instanceof NotDone && error.outcome === 'not sent' ? error.retryAfterS : undefined;
      if (wait === undefined || wait > longestWaitS || round === repeats) throw error;
      await sleep(wait * 1000, interrupted);
      if (interrupted.aborted) throw error;
    }
  }
}

function startedBy({ state, detail, providerId, place }: Delivery, redact: Connected['redact'], now: Date): Started {
  return {
    state,
    detail: redact(detail),
    providerRunId: providerId && redact(providerId),
    place,
    endedAt: moment(now),
  };
}

/** Where people read it is asked for when it is sent and stored: a question that fails changes nothing of that. */
async function withAddress(
  scope: TenantScope,
  run: Run,
  { actions }: Consignment,
  { client, redact }: Connected,
  { now }: RunOptions,
): Promise<Run> {
  if (run.state !== 'delivered') return run;
  const url = await actions.address?.(client, run.place).catch((error: unknown) => {
    if (error instanceof Refusal || error instanceof Undecided) return undefined;
    throw error;
  });
  return url === undefined ? run : settleNews(scope, run, { url: redact(url) }, now());
}

interface Fault {
  fault: NotDone;
  runId: string;
  redact: Connected['redact'];
}

async function reportOfFault(
  consignment: Consignment,
  destination: Destination,
  { fault, runId, redact }: Fault,
): Promise<MessageReport> {
  const { namedCommandsOf } = await import('../../verify/named-commands.ts');
  const { row } = consignment;
  return reportOf(consignment, destination, {
    outcome: fault.outcome === 'refused' ? 'refused' : 'not_sent',
    run: { id: runId, providerRunId: null, url: null },
    errorCode: fault.kind,
    detail: redact(fault.message),
    hint: fault.hint && namedCommandsOf(redact(fault.hint), { row, owner: row }),
  });
}

/** The run of what was refused or not sent, as `carryOut` tells it. */
function runIdIn({ details }: AppError): string | undefined {
  const { runId, outcome } = (details ?? {}) as { runId?: string; outcome?: string };
  return outcome === undefined ? undefined : runId;
}
