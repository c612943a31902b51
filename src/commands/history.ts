import { countPurged, purgeHistory } from '../app/purge-history.ts';
import type { Context } from '../context.ts';
import { categoryList } from '../core/category.ts';
import { AppError, usage } from '../core/error.ts';
import type { Json } from '../core/field.ts';
import { plural, quotable } from '../core/text.ts';
import { durationMs, moment } from '../core/time.ts';
import type { Queries } from '../db/queries.ts';
import type { HistoryField } from '../db/stores/history.ts';
import {
  everNamed,
  everWithId,
  type HistoryFilter,
  type HistoryRow,
  historyColumns,
  historyPages,
  tenantsInHistory,
} from '../db/stores/history-list.ts';
import { storesOf } from '../db/stores/index.ts';
import { cell } from '../output/render.ts';
import type { Data, View } from '../output/view.ts';
import { type Command, type Input, limitOf, switchFlag, textFlag } from './command.ts';
import { confirm } from './confirm.ts';
import { whenFor } from './when.ts';
import { ofDatabaseTold } from './where.ts';

export const history: Command = {
  name: 'history',
  summary: 'Show who changed or read what, and when',
  description:
    'The newest first. With --account only what was done as that account. What other programs change in the database is not recorded.',
  args: [{ name: 'ref', help: 'Name or id of an integration, even one that was removed' }],
  flags: [
    { name: 'since', value: 'time', help: 'Not before: 24h, 30d, 2026-12-31, 2026-12-31T18:00:00Z' },
    { name: 'until', value: 'time', help: 'Not after; a day counts to its end' },
    {
      name: 'category',
      value: 'category',
      help: 'Only events of this category',
      choices: [...categoryList.map(({ name }) => name), 'tenant', 'account', 'token', 'key', 'history'],
    },
    { name: 'all-tenants', help: 'Of every tenant, with the keys and the accounts' },
    { name: 'limit', value: 'n', help: 'Show at most this many' },
  ],
  examples: ['integrations history', 'integrations history mobile --since 7d', 'integrations history -o jsonl'],
  commands: [
    {
      name: 'purge',
      summary: 'Delete events from before a date; asks first',
      description: 'Those of the active tenant; with --all-tenants all of them. The history records it.',
      flags: [
        { name: 'before', value: 'time', help: 'How old, or before which day: 365d, 2026-12-31 (required)' },
        { name: 'all-tenants', help: 'Of every tenant, with the keys and the accounts' },
      ],
      examples: ['integrations history purge --before 2026-01-01'],
      keys: ['before', 'removed'],
      run: purge,
    },
  ],
  run: show,
};

async function show(context: Context, input: Input): Promise<View> {
  const [ref] = input.args;
  const all = switchFlag(input, 'all-tenants');
  if (all && ref !== undefined) throw usage('--all-tenants takes no integration', { field: 'all-tenants' });
  const filter: HistoryFilter = {
    category: textFlag(input, 'category'),
    account: context.flags.account,
    since: timeFlag(input, 'since', '00:00:00'),
    until: timeFlag(input, 'until', '23:59:59'),
    limit: limitOf(textFlag(input, 'limit')),
  };
  const { queries } = await context.database();
  const when = whenFor(context);
  if (!all) filter.tenantId = await tenantIdOf(context, queries);
  if (filter.tenantId !== undefined && ref !== undefined)
    filter.integrationIds = await integrationsOf(queries, filter.tenantId, ref);
  return {
    kind: 'many',
    pages: historyPages(queries, filter),
    columns: [
      { title: 'When', text: (data) => when(cell(data['occurredAt'])), whole: true },
      { title: 'Who', text: who },
      ...(all
        ? [
            {
              title: 'Tenant',
              text: (data: Data) => quotable(cell(data['tenantName'] ?? data['tenantId']), 255),
              wraps: true as const,
            },
          ]
        : []),
      { title: 'Action', text: (data) => cell(data['action']), whole: true },
      { title: 'Category', text: (data) => cell(data['category']), spare: 1 },
      { title: 'Name', text: (data) => quotable(cell(data['displayName'])) },
      { title: 'Fields', text: fieldsText, beneath: true },
    ],
    keys: historyColumns,
    name: (data) => cell(data['id']),
    empty: 'The history has nothing on that.',
    noun: 'event',
  };
}

async function purge(context: Context, input: Input): Promise<View> {
  const before = timeFlag(input, 'before', '00:00:00');
  if (before === undefined) throw usage('missing: --before', { hint: '--before 2026-01-01', field: 'before' });
  const tenant = switchFlag(input, 'all-tenants') ? undefined : await context.tenant();
  const of = tenant ? `the tenant "${quotable(tenant.displayName ?? tenant.id)}"` : 'all tenants';
  const count = await countPurged(context, { tenant, before });
  await confirm(context, {
    message: `Delete ${plural(count, 'line')} of the history of ${of}${await ofDatabaseTold(context)} from before ${before} for good?`,
    asks: 'purging asks first',
  });
  const removed = await purgeHistory(context, { tenant, before }, await context.actorSoFar());
  context.note(`Deleted ${plural(removed, 'line')} of the history of ${of}.`);
  return { kind: 'one', data: { before, removed }, name: String(removed), lines: [['Deleted', String(removed)]] };
}

/** The tenant that is worked in; one that is gone is still known to the history. */
async function tenantIdOf(context: Context, queries: Queries): Promise<string> {
  try {
    return (await context.tenant()).id;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'NOT_FOUND') throw error;
    const [id, ...others] = await tenantsInHistory(queries, (await context.settings()).tenant ?? '');
    if (id === undefined) throw error;
    if (others.length > 0) throw severalMatch('tenants', [id, ...others]);
    return id;
  }
}

/** What a reference names now, or named once: all that bore the name. @throws AppError NOT_FOUND, or CONFLICT for a part of several ids */
async function integrationsOf(queries: Queries, tenantId: string, ref: string): Promise<string[]> {
  const stores = Object.values(storesOf(queries, tenantId));
  const exact = ref.trim().normalize('NFC');
  const byId = new Set(await everWithId(queries, tenantId, { id: exact }));
  for (const store of stores) if (await store.get(exact)) byId.add(exact);
  if (byId.size > 0) return [...byId];

  const byName = new Set(await everNamed(queries, tenantId, exact));
  for (const store of stores) {
    const named = await store.findByName(exact);
    if (named) byName.add(named.id);
  }
  if (byName.size > 0) return [...byName];

  const [, prefix = '', part] = /^([a-z]+_)?([0-9a-z]{6,})$/.exec(exact) ?? [];
  const byPart = new Set(part ? await everWithId(queries, tenantId, { part }) : []);
  for (const store of part ? stores : []) for (const { id } of await store.findByIdPart(part ?? '')) byPart.add(id);
  const ids = [...byPart].filter((id) => id.startsWith(prefix));
  if (ids.length > 1) throw severalMatch('integrations', ids);
  if (ids.length === 1) return ids;
  throw new AppError('NOT_FOUND', `no integration is or was named "${quotable(ref)}" in this tenant`, {
    hint: 'integrations history',
  });
}

function severalMatch(what: string, ids: readonly string[]): AppError {
  return new AppError('CONFLICT', `several ${what} match: ${ids.join(', ')}`, {
    hint: 'Name it by its whole id.',
    details: { ids },
  });
}

/** A time as it is stored, from how long ago it is, or from a day or a time in UTC. @throws AppError USAGE */
function timeFlag(input: Input, name: string, timeOfDay: string): string | undefined {
  const text = textFlag(input, name);
  if (text === undefined) return undefined;
  const ago = durationMs(text);
  if (ago !== undefined) return moment(new Date(Date.now() - ago));
  const [, day, time] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)Z)?$/.exec(text) ?? [];
  const told = `${day}T${time ?? timeOfDay}Z`;
  // A day that the calendar does not have comes back as another one.
  if (!Number.isNaN(Date.parse(told)) && moment(new Date(told)) === told) return told;
  throw usage(`--${name} is a time such as 24h, 30d, 2026-12-31 or 2026-12-31T18:00:00Z`, { field: name });
}

function who(data: Data): string {
  const account = data['accountName'] ?? data['accountId'];
  return quotable(account === null ? `${cell(data['osUser'])}@${cell(data['host'])}` : cell(account), 255);
}

function fieldsText({ action, fields }: Data): string {
  const told = fields as HistoryRow['fields'] as HistoryField[];
  // What is gone is gone whole, and what is new is all set.
  if (action === 'remove') return '';
  const news = action === 'create' ? told.filter(({ name }) => name !== 'displayName') : told;
  return news.map((field) => quotable(fieldText(field, action === 'create'), 300)).join(', ');
}

function fieldText(field: HistoryField, isNew: boolean): string {
  if (!('before' in field)) return field.changed ? `${field.name} ${isNew ? 'set' : 'changed'}` : field.name;
  const { name, before, after } = field;
  return before === null ? `${name}: ${valueText(after)}` : `${name}: ${valueText(before)} -> ${valueText(after)}`;
}

function valueText(value: Json): string {
  return value === null ? '-' : cell(value);
}
