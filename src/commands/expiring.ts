import type { Context } from '../context.ts';
import { categoryList } from '../core/category.ts';
import { quotable } from '../core/text.ts';
import { dayMs, moment } from '../core/time.ts';
import { providerOf } from '../db/stores/codec.ts';
import { listPages } from '../db/stores/list.ts';
import { type Data, manyOf, type View } from '../output/view.ts';
import { type Command, type Input, switchFlag } from './command.ts';
import { durationFlag } from './verification/options.ts';

export const expiring: Command = {
  name: 'expiring',
  summary: 'List the credentials that end soon, and those that have ended',
  flags: [
    { name: 'within', value: 'duration', help: 'How soon: 12h, 30d; 30d where it is not given' },
    { name: 'all-tenants', help: 'Those of every tenant' },
  ],
  examples: ['integrations expiring', 'integrations expiring --within 14d --all-tenants --json'],
  run: list,
};

async function list(context: Context, input: Input): Promise<View> {
  const now = Date.now();
  const endsBefore = moment(new Date(now + (durationFlag(input, 'within') ?? 30 * dayMs)));
  const all = switchFlag(input, 'all-tenants');
  const tenant = all ? {} : { tenantId: (await context.tenant()).id };
  const { queries } = await context.database();
  const rows: Data[] = [];
  for (const category of categoryList) {
    for await (const page of listPages(queries, { category, filter: { endsBefore }, joins: [], ...tenant })) {
      for (const { integration: row } of page) {
        rows.push({
          id: row.id,
          tenantId: row.tenantId,
          displayName: row.displayName,
          category: category.name,
          type: providerOf(category, row).name,
          credentialExpiresAt: row.credentialExpiresAt,
          daysLeft: Math.floor((Date.parse(row.credentialExpiresAt ?? '') - now) / dayMs),
          verificationStatus: row.verificationStatus,
          isActive: row.isActive,
        });
      }
    }
  }
  rows.sort((a, b) => String(a['credentialExpiresAt']).localeCompare(String(b['credentialExpiresAt'])));
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
