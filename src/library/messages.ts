import { type Notification, testEvent } from '../app/messages/notification.ts';
import { notify } from '../app/messages/notify.ts';
import type { TenantScope } from '../app/scope.ts';
import { invalid, usage } from '../core/error.ts';
import { isRecord } from '../core/record.ts';
import { readRunKey } from '../core/run-key.ts';
import type { Integration } from '../db/stores/codec.ts';
import { acting } from './acting.ts';
import type { TenantCalls } from './host.ts';
import { requireOptions } from './option-names.ts';
import { readSwitch, refsOf } from './reading.ts';
import type { ActOptions, Environment, MessageReport, NotificationRequest } from './types.ts';

/** What is sent by the communication integrations of a tenant. */
export interface MessageCalls {
  notify(request: NotificationRequest, options: ActOptions): Promise<MessageReport[]>;
  test(refs: string | readonly string[], options: ActOptions): Promise<MessageReport[]>;
}

type FindIntegration = (scope: TenantScope, ref: string) => Promise<Integration>;

export function createMessages(
  { run }: TenantCalls,
  environment: Environment,
  findIntegration: FindIntegration,
  /** Finds one that a notification names in its `to`. */
  findReceiver = findIntegration,
): MessageCalls {
  /** Each once, all looked up before anything is sent. */
  async function named(scope: TenantScope, refs: readonly string[], find: FindIntegration): Promise<Integration[]> {
    const rows = new Map<string, Integration>();
    for (const ref of refs) {
      const row = await find(scope, ref);
      rows.set(row.id, row);
    }
    return [...rows.values()];
  }

  /** @param read is asked where what it throws is told as every error is */
  const sent = (asked: ActOptions, find: FindIntegration, read: () => Sending) =>
    run('apply', (scope) =>
      acting(scope, { asked, environment }, async (options) => {
        const { notification, to, force } = read();
        const rows = to && (await named(scope, to, find));
        const { reports } = await notify(scope, notification, { ...options, to: rows, force });
        return reports;
      }),
    );

  return {
    notify: (request, asked) => sent(asked, findReceiver, () => readRequest(request)),
    test: (refs, asked) =>
      sent(asked, findIntegration, () => {
        const to = refsOf(refs);
        if (to.length === 0) throw usage('name at least one integration', { field: 'refs' });
        const notification = { event: testEvent, variables: {}, message: undefined, link: undefined, key: undefined };
        return { notification, to, force: false };
      }),
  };
}

/** What is sent, and by whom: `to` undefined means all that listen. */
interface Sending {
  notification: Notification;
  to: readonly string[] | undefined;
  force: boolean;
}

const requestNames = {
  event: true,
  variables: true,
  message: true,
  link: true,
  key: true,
  to: true,
  force: true,
} as const;

/** @throws AppError USAGE | VALIDATION for what a program without types may give; of the rest `notify` says what does not fit */
function readRequest(given: NotificationRequest): Sending {
  requireOptions(given, requestNames, 'notification');
  const { event, variables = {}, message, link, key, to, force } = given;
  for (const [field, value] of Object.entries({ event, message: message ?? '', link: link ?? '' })) {
    if (typeof value !== 'string') throw invalid(`${field} must be a text`, { field });
  }
  if (!isRecord(variables) || !Object.values(variables).every((value) => typeof value === 'string')) {
    throw invalid('variables must be texts by their names', { field: 'variables' });
  }
  if (to !== undefined && (!Array.isArray(to) || to.length === 0)) {
    throw usage('to names at least one integration', { field: 'to' });
  }
  const name = key === undefined ? undefined : readRunKey(key);
  return { notification: { event, variables, message, link, key: name }, to, force: readSwitch(force, 'force', false) };
}
