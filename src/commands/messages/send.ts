import type { Notification } from '../../app/messages/notification.ts';
import { type NotifyOptions, notify } from '../../app/messages/notify.ts';
import type { TenantScope } from '../../app/scope.ts';
import type { Context } from '../../context.ts';
import type { Progress } from '../../output/progress.ts';
import type { ManyView } from '../../output/view.ts';
import { tenantTold } from '../where.ts';
import { messageView } from './report.ts';

/** Sends a notification with a bar for whoever watches. Ctrl-C ends it once what is on its way came to its answer. */
export async function sendShown(
  context: Context,
  scope: TenantScope,
  notification: Notification,
  options: NotifyOptions,
): Promise<ManyView> {
  const release = context.interruption.hold();
  let progress: Progress | undefined;
  try {
    const { reports, unopened } = await notify(scope, notification, {
      ...options,
      onPrepared: async (count) => {
        progress = count > 0 ? await context.progress(async () => count) : undefined;
      },
      onReport: () => progress?.advance(1),
    });
    progress?.stop();
    if (reports.length === 0) {
      context.warn(`nobody in ${tenantTold(scope.tenant)} listens to ${notification.event}; nothing was sent.`);
    }
    if (reports.some(({ outcome }) => outcome === 'accepted')) {
      context.note('What is accepted was taken; whether it arrived, only a look there tells.');
    }
    return messageView(reports, { interrupted: options.interrupted.aborted, unopened });
  } finally {
    progress?.stop();
    release();
  }
}
