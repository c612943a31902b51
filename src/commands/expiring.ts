import { expiringCredentials } from '../app/expiring.ts';
import { readTenantNames, type TenantNames } from '../app/tenant-names.ts';
import type { Context } from '../context.ts';
import { quotable } from '../core/text.ts';
import { dayMs } from '../core/time.ts';
import { toneOf } from '../output/tone.ts';
import type { Data, ManyView, View } from '../output/view.ts';
import { type Command, type Input, switchFlag } from './command.ts';
import { tenantColumn } from './tenant-column.ts';
import { durationFlag } from './verification/options.ts';
import { whenFor } from './when.ts';

export const expiring: Command = {
  name: 'expiring',
  summary: 'List credentials that have expired or will soon',
  flags: [
    { name: 'within', value: 'duration', help: 'How soon: 12h, 30d (default 30d)' },
    { name: 'all-tenants', help: 'Include every tenant' },
    { name: 'exit-code', help: 'End with 2 where there is one' },
  ],
  examples: ['integrations expiring', 'integrations expiring --within 14d --all-tenants --json'],
  run: list,
};

async function list(context: Context, input: Input): Promise<View> {
  const withinMs = durationFlag(input, 'within') ?? 30 * dayMs;
  const names = switchFlag(input, 'all-tenants') ? await readTenantNames(context) : undefined;
  const tenant = names ? {} : { tenantId: (await context.tenant()).id };
  const { count, pages } = await expiringCredentials(context, { withinMs, ...tenant });
  const when = whenFor(context);
  const view: ManyView = {
    kind: 'many',
    pages: names ? named(pages, names) : pages,
    columns: [
      ...tenantColumn(names),
      { title: 'Name', text: (data) => quotable(String(data['displayName']), 255) },
      { title: 'Category', text: (data) => String(data['category']), whole: true, spare: 2 },
      { title: 'Type', text: (data) => String(data['type']), whole: true, spare: 1 },
      {
        title: 'Ends',
        text: (data) => when(String(data['credentialExpiresAt'])),
        tone: (data) => toneOf(Number(data['daysLeft']) < 0 ? 'expired' : 'warning'),
        whole: true,
      },
      { title: 'Id', text: (data) => String(data['id']), whole: true, copied: true },
    ],
    keys: [
      'id',
      'tenantId',
      ...(names ? ['tenantName'] : []),
      'displayName',
      'category',
      'type',
      'credentialExpiresAt',
      'daysLeft',
      'verificationStatus',
      'isActive',
    ],
    name: (data) => String(data['id']),
    empty: 'No credential is known to end that soon.',
    noun: 'credential',
  };
  return switchFlag(input, 'exit-code') && count > 0 ? { ...view, exitStatus: 2 } : view;
}

function* named(pages: Iterable<readonly Data[]>, names: TenantNames): Generator<readonly Data[]> {
  for (const page of pages) yield page.map((data) => ({ ...data, tenantName: names.nameOf(String(data['tenantId'])) }));
}
