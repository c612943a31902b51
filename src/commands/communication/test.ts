import { testEvent } from '../../app/messages/notification.ts';
import { type MessagePreview, previewNotification } from '../../app/messages/notify.ts';
import type { Context } from '../../context.ts';
import { plural, quotable } from '../../core/text.ts';
import type { Integration } from '../../db/stores/codec.ts';
import type { View } from '../../output/view.ts';
import type { Command, Input } from '../command.ts';
import { confirm } from '../confirm.ts';
import { openScope } from '../integration/scope.ts';
import { messageKeys } from '../messages/report.ts';
import { sendShown } from '../messages/send.ts';
import { allowHttpFlag, runOptions } from '../runs/options.ts';
import { tenantTold } from '../where.ts';

export const testVerb: Command = {
  name: 'test',
  summary: 'Send one harmless message to each destination; asks first',
  description:
    'It names the tenant, the integration and the time. Only a message proves that a webhook or a mail server brings it where people see it: look there.',
  args: [{ name: 'ref', help: 'Names or ids', required: true, variadic: true }],
  flags: [allowHttpFlag],
  examples: ['integrations communication test team', 'integrations communication test team ops --yes --json'],
  keys: messageKeys,
  run: test,
};

const notification = { event: testEvent, variables: {}, message: undefined, link: undefined, key: undefined };

async function test(context: Context, input: Input): Promise<View> {
  const scope = await openScope(context);
  const rows = new Map<string, Integration>();
  for (const ref of input.args) {
    const row = await scope.findForChange('communication', ref);
    rows.set(row.id, row);
  }
  const options = { ...runOptions(context, input), to: [...rows.values()] };
  const previews = await previewNotification(scope, notification, options);
  await confirm(context, {
    about: [...rows.values()].map((row) => lineOf(row, previews)),
    message: `Send a test message to ${plural(previews.length, 'destination')} in ${tenantTold(scope.tenant)}?`,
    asks: 'a message that people see asks first',
  });
  return sendShown(context, scope, notification, options);
}

/** `"team" (slack): #releases, #builds` */
function lineOf({ id, displayName }: Integration, previews: readonly MessagePreview[]): string {
  const own = previews.filter((preview) => preview.id === id);
  const destinations = own.map(({ destination }) => quotable(destination, 255)).join(', ');
  return `"${quotable(displayName, 255)}" (${own[0]?.type ?? ''}): ${destinations}`;
}
