import { createHash } from 'node:crypto';
import { AppError } from '../../core/error.ts';
import type { Destination, Message, MessageActions, SendingRow } from '../../core/messages.ts';
import type { Provider } from '../../core/provider.ts';
import { moment } from '../../core/time.ts';
import { categoryOf, type Integration, providerOf } from '../../db/stores/codec.ts';
import type { TenantScope } from '../scope.ts';
import { messageOf, type Notification } from './notification.ts';

/** What goes out over one integration. */
export interface Consignment {
  row: Integration;
  provider: Provider;
  actions: MessageActions;
  sendingRow: SendingRow;
  message: Message;
  destinations: readonly Destination[];
}

/** @throws AppError where its provider sends no messages */
export function consignmentOf(
  scope: TenantScope,
  row: Integration,
  notification: Notification,
  now: Date,
): Consignment {
  const provider = providerOf(categoryOf(row), row);
  const actions = provider.actions.message;
  if (!actions) throw new AppError('USAGE', `${provider.titleInText} sends no messages`);
  const sendingRow = sendingRowOf(row);
  const { id, displayName } = scope.tenant;
  const setting = { tenantName: displayName ?? id, integrationName: row.displayName, at: moment(now) };
  const message = messageOf(notification, setting);
  return { row, provider, actions, sendingRow, message, destinations: actions.destinations(sendingRow) };
}

function sendingRowOf(row: Integration): SendingRow {
  return {
    text: (field) => (typeof row[field] === 'string' && row[field] !== '' ? row[field] : undefined),
    list: (field) => (Array.isArray(row[field]) ? row[field].filter((each) => typeof each === 'string') : []),
    has: (field) => (row[field] ?? null) !== null,
  };
}

/** The name of one message at one destination, the same for each try to send it: in hex. */
export function idOfMessage({ row }: Consignment, key: string, destination: Destination): string {
  return sha256(JSON.stringify([row.id, key, destination.name]));
}

/** Which of the destinations of a key a run is for: a recipient's address stands in no table of runs. */
export function partOf({ name }: Destination): string {
  return sha256(name);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
