import type { AppError } from '../../core/error.ts';
import type { JsonObject } from '../../core/field.ts';
import { newId } from '../../core/id.ts';
import { unusualEvent } from '../../core/notify-events.ts';
import type { Integration } from '../../db/stores/codec.ts';
import { refuseDisabled } from '../runs/errors.ts';
import { knownRun } from '../runs/known.ts';
import type { RunOptions } from '../runs/options.ts';
import type { TenantScope } from '../scope.ts';
import { listenersOf, warnOfRefused } from './listeners.ts';
import { type Notification, refuseUnfit, requestOf } from './notification.ts';
import { type Consignment, consignmentOf, idOfMessage, partOf } from './parcel.ts';
import type { MessageReport } from './report.ts';
import { type Parcel, sendConsignment } from './send.ts';

/** How a notification is sent. */
export interface NotifyOptions extends RunOptions {
  /** The integrations that send it, whatever they listen to; undefined: all that listen to its event. */
  to?: readonly Integration[] | undefined;
  /** Sends once more to where nobody knows whether it arrived. */
  force?: boolean;
  /** Is told once how many destinations there are. */
  onPrepared?: (count: number) => Promise<void>;
  /** Is told of each destination as it ends. */
  onReport?: (report: MessageReport) => void;
}

export interface Notified {
  /** Of each destination, in the order of the integrations. */
  reports: MessageReport[];
  /** What kept credentials from being opened: nothing was sent with those. */
  unopened: AppError | undefined;
}

/** Integrations that send at the same time. */
const atOnce = 8;

/**
 * Sends a notification, to each destination once. What a destination answers is reported and not thrown.
 * @throws AppError VALIDATION for what cannot be sent, CONFLICT for a key that stands for something else or an integration
 * that is switched off, and then nothing was sent
 */
export async function notify(
  scope: TenantScope,
  notification: Notification,
  options: NotifyOptions,
): Promise<Notified> {
  const { force = false, onPrepared, onReport = () => {} } = options;
  const consignments = await prepared(scope, notification, options);
  const request = requestOf(notification);
  const parcels = new Map<Consignment, Parcel[]>();
  for (const consignment of consignments) {
    const of = consignment.destinations.map(async (destination): Promise<Parcel> => {
      const keyed = { key: notification.key, part: partOf(destination), request };
      return { destination, known: await knownRun(scope, consignment.row, keyed) };
    });
    parcels.set(consignment, await Promise.all(of));
  }
  await onPrepared?.([...parcels.values()].flat().length);
  const { inParallel } = await import('../../verify/verify.ts');
  const sending = { notification, options, force };
  const ended = new Map<Consignment, Awaited<ReturnType<typeof sendConsignment>>>();
  const failures: unknown[] = [];
  // A database that fails fails for all of them, and each comes to its end before that is told.
  const send = ([consignment, of]: [Consignment, Parcel[]]) =>
    sendConsignment(scope, consignment, of, sending, onReport).then(
      (done) => void ended.set(consignment, done),
      (error: unknown) => void failures.push(error),
    );
  for await (const _ of inParallel(each(parcels), atOnce, send));
  if (failures.length > 0) throw failures[0];
  const all = consignments.map((consignment) => ended.get(consignment));
  return {
    reports: all.flatMap((one) => one?.reports ?? []),
    unopened: all.find((one) => one?.unopened)?.unopened,
  };
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** Who sends it, and what; nothing is sent or stored yet. */
async function prepared(
  scope: TenantScope,
  notification: Notification,
  { to, now }: NotifyOptions,
): Promise<Consignment[]> {
  refuseUnfit(notification);
  const { event } = notification;
  for (const row of to ?? []) refuseDisabled(row);
  const unusual = unusualEvent(event);
  if (unusual !== undefined) scope.deps.warn(`${unusual}; it is sent all the same.`);
  const rows = to ?? (await listenersOf(scope, event));
  warnOfRefused(scope, rows);
  return rows.map((row) => consignmentOf(scope, row, notification, now()));
}

/** A message as it would go out to one destination. */
export type MessagePreview = {
  id: string;
  displayName: string;
  type: string;
  destination: string;
  payload: JsonObject;
};

/** What `notify` would send, and where; no credential is opened, and nothing is sent or stored. */
export async function previewNotification(
  scope: TenantScope,
  notification: Notification,
  options: NotifyOptions,
): Promise<MessagePreview[]> {
  const consignments = await prepared(scope, notification, options);
  const key = notification.key ?? newId('run');
  return consignments.flatMap((consignment) => {
    const { row, provider, actions, sendingRow, message, destinations } = consignment;
    return destinations.map((destination) => ({
      id: row.id,
      displayName: row.displayName,
      type: provider.name,
      destination: destination.name,
      payload: actions.payload(sendingRow, message, destination, idOfMessage(consignment, key, destination)),
    }));
  });
}
