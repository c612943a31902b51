import { expiringCredentials } from '../app/expiring.ts';
import type { Context } from '../context.ts';
import { quotable } from '../core/text.ts';
import { dayMs } from '../core/time.ts';
import { type Data, manyOf, type View } from '../output/view.ts';
import { type Command, type Input, switchFlag } from './command.ts';
import { durationFlag } from './verification/options.ts';

export const expiring: Command = {
  name: 'expiring',
  summary: 'List credentials that have expired or will soon',
  flags: [
    { name: 'within', value: 'duration', help: 'How soon: 12h, 30d; 30d where it is not given' },
    { name: 'all-tenants', help: 'Those of every tenant' },
  ],
  examples: ['integrations expiring', 'integrations expiring --within 14d --all-tenants --json'],
  run: list,
};

async function list(context: Context, input: Input): Promise<View> {
  const withinMs = durationFlag(input, 'within') ?? 30 * dayMs;
  const tenant = switchFlag(input, 'all-tenants') ? {} : { tenantId: (await context.tenant()).id };
  const rows = await expiringCredentials(context, { withinMs, ...tenant });
  return manyOf(rows, {
    columns: [
      { title: 'Name', text: (data) => quotable(String(data['displayName']), 255) },
      { title: 'Category', text: (data) => String(data['category']), whole: true },
      { title: 'Type', text: (data) => String(data['type']), whole: true },
      { title: 'Ends', text: (data) => String(data['credentialExpiresAt']).slice(0, 10), whole: true },
      { title: 'Left', text: left },
      { title: 'Id', text: (data) => String(data['id']), whole: true },
    ],
    keys: [
      'id',
      'tenantId',
      'displayName',
      'category',
      'type',
      'credentialExpiresAt',
      'daysLeft',
      'verificationStatus',
      'isActive',
    ],
    name: (data) => String(data['id']),
    empty: 'No credential ends that soon, as far as it is known.',
  });
}

function left({ daysLeft }: Data): string {
  const days = Number(daysLeft);
  if (days < 0) return 'ended';
  return days === 0 ? 'today' : `${days} d`;
}
