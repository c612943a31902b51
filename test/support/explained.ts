import { EventEmitter } from 'node:events';
import knex from 'knex';
import type { Queries } from '../../src/db/queries.ts';
import { atEnd } from './at-end.ts';

/** A statement as it was sent. */
export interface Statement {
  sql: string;
  bindings: readonly unknown[];
}

/** Notes what this process sends to any database, until the end of the test. */
export function listen(note: (statement: Statement) => void): void {
  const prototype = knex.Client.prototype as EventEmitter;
  const { emit } = EventEmitter.prototype;
  prototype.emit = function noted(this: EventEmitter, event: string | symbol, ...args: unknown[]) {
    const [told] = args as [Partial<Statement> | undefined];
    if (event === 'query' && told?.sql !== undefined) note({ sql: told.sql, bindings: told.bindings ?? [] });
    return emit.call(this, event, ...args);
  };
  atEnd(() => Reflect.deleteProperty(prototype, 'emit'));
}

type Step = Record<string, string | number | null>;

/** What an engine does for a statement that takes the longer the more there is, a clause each. */
export async function flawsOf(engine: string, queries: Queries, { sql, bindings }: Statement): Promise<string[]> {
  if (engine === 'sqlite')
    return sqliteFlaws(sql, await queries.raw(`EXPLAIN QUERY PLAN ${sql}`, [...bindings] as string[]));
  const [plan] = await queries.raw(`EXPLAIN FORMAT=TRADITIONAL ${sql}`, [...bindings] as string[]);
  return serverFlaws(sql, plan);
}

/** Whether it asks for one tenant, and so should read no other's rows. */
function isOfTenant(sql: string): boolean {
  return /`tenantId` = \?/.test(sql);
}

/** A server does with less than a page what is quickest, in whatever order. */
const page = 500;

/** Each begins with a tenant, but for those of what a pipeline uses, which is one tenant's; and of the history one may have most. */
const ofTenant = /tenant|_name$|_target$|_scm$|^idx_history_|^idx_run_(?!state)|^unique_/;

function serverFlaws(sql: string, plan: readonly Step[]): string[] {
  return plan.flatMap(({ table, type, key, rows, Extra }) => {
    if (Number(rows) <= page || isMade(String(table))) return [];
    const extra = String(Extra);
    const isStray = isOfTenant(sql) && !ofTenant.test(String(key));
    return [
      ...(type === 'ALL' ? [`scans ${table}`] : []),
      ...(type === 'index' && !/ limit \?$/.test(sql) ? [`scans ${key} of ${table}`] : []),
      ...(extra.includes('Using filesort') ? [`sorts ${table}`] : []),
      ...(extra.includes('Using temporary') ? [`copies ${table}`] : []),
      ...(isStray ? [`reads other tenants in ${table}, by ${key}`] : []),
    ];
  });
}

function sqliteFlaws(sql: string, plan: readonly Step[]): string[] {
  const tableIn = (text: string) => {
    const [, verb = '', table = ''] = /^(SCAN|SEARCH) (\S+)/.exec(text) ?? [];
    return isMade(table) ? undefined : { verb, table };
  };
  const readsTable = (parent: unknown) =>
    plan.some((step) => step['parent'] === parent && (tableIn(String(step['detail']))?.table ?? '') !== '');
  return plan.flatMap(({ detail, parent }) => {
    const text = String(detail);
    if (text.startsWith('USE TEMP B-TREE')) return readsTable(parent) ? [text] : [];
    const { verb, table } = tableIn(text) ?? {};
    const isWalk = /USING (COVERING )?INDEX/.test(text) && / limit \?$/.test(sql);
    if (verb === 'SCAN' && table !== '' && !isWalk) return [text];
    // An integration is of one tenant.
    const isStray = verb === 'SEARCH' && isOfTenant(sql) && !/\((tenantId|id|rowid|\w*[iI]ntegrationId)=\?/.test(text);
    return isStray ? [`${text}, other tenants too`] : [];
  });
}

/** What stands in a plan and is no table that grows. */
function isMade(table: string): boolean {
  return /^(<|range_|ranges|tenants\d|accounts\d|sqlite_|pragma|integrations_migrations|CONSTANT|\(|own$)/.test(table);
}
