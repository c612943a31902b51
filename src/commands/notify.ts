import type { Notification } from '../app/messages/notification.ts';
import { previewNotification } from '../app/messages/notify.ts';
import type { Context } from '../context.ts';
import { usage } from '../core/error.ts';
import { notifyEvents } from '../core/notify-events.ts';
import { readRunKey } from '../core/run-key.ts';
import type { Integration } from '../db/stores/codec.ts';
import type { View } from '../output/view.ts';
import { type Command, type Input, listFlag, pairsFlag, switchFlag, textFlag } from './command.ts';
import { openScope, type Scope } from './integration/scope.ts';
import { previewKeys, previewView } from './messages/preview.ts';
import { messageKeys } from './messages/report.ts';
import { sendShown } from './messages/send.ts';
import { allowHttpFlag, runOptions } from './runs/options.ts';

const width = Math.max(...notifyEvents.map(({ value }) => value.length));

export const notifyCommand: Command = {
  name: 'notify',
  summary: 'Send a message to all that listen to an event',
  description:
    'To every destination of the active communication integrations whose notifyOnEvents holds the event, or that have no such list. What is not known to have arrived is never sent again by itself.',
  args: [{ name: 'event', help: 'What happened, such as release_started', required: true }],
  flags: [
    { name: 'to', value: 'ref', repeatable: true, help: 'Only this integration, whatever it listens to' },
    { name: 'var', value: 'key=value', repeatable: true, help: 'What is told of it: app, version, platform, branch …' },
    { name: 'message', value: 'text', help: 'The title, in place of the one of the event' },
    { name: 'link', value: 'url', help: 'Where people read on' },
    { name: 'key', value: 'key', help: 'A name of your own for it: however often it is called, it arrives once' },
    { name: 'dry-run', help: 'Show what would be sent and where, and send nothing' },
    { name: 'force', help: 'With --key: send once more to where nobody knows whether it arrived' },
    allowHttpFlag,
  ],
  examples: [
    'integrations notify release_started --var app=Acme --var version=2.4.0 --key 2.4.0-started',
    'integrations notify build_failed --to ops --link https://ci.acme.test/45 --dry-run',
  ],
  closing: [
    'Events:',
    ...notifyEvents.map(({ value, meaning }) => `  ${value.padEnd(width)}  ${meaning}`),
    `  ${'test'.padEnd(width)}  A trial, which goes to all, whatever they listen to`,
  ].join('\n'),
  keys: [...messageKeys, ...previewKeys.filter((key) => !messageKeys.includes(key))],
  run,
};

async function run(context: Context, input: Input): Promise<View> {
  const notification = notificationOf(input);
  const scope = await openScope(context);
  const to = await named(scope, listFlag(input, 'to'));
  const options = { ...runOptions(context, input), to, force: switchFlag(input, 'force') };
  if (switchFlag(input, 'dry-run')) return previewView(await previewNotification(scope, notification, options));
  return sendShown(context, scope, notification, options);
}

/** @throws AppError USAGE */
function notificationOf(input: Input): Notification {
  const key = textFlag(input, 'key');
  if (switchFlag(input, 'force') && key === undefined) {
    throw usage('--force is about what was sent under a key: give it with --key', { field: 'force' });
  }
  return {
    event: input.args[0] ?? '',
    variables: pairsFlag(input, 'var'),
    message: textFlag(input, 'message'),
    link: textFlag(input, 'link') || undefined,
    key: key === undefined ? undefined : readRunKey(key, 'key', '--key'),
  };
}

/** Each once, all looked up before anything is sent. */
async function named(scope: Scope, refs: readonly string[]): Promise<Integration[] | undefined> {
  if (refs.length === 0) return undefined;
  const rows = new Map<string, Integration>();
  for (const ref of refs) {
    const row = await scope.findForChange('communication', ref);
    rows.set(row.id, row);
  }
  return [...rows.values()];
}
