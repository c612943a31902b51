import { categories } from '../../core/category.ts';
import { quotable } from '../../core/text.ts';
import type { Integration, IntegrationColumns } from '../../db/stores/codec.ts';
import { wholePages } from '../../db/stores/list.ts';
import type { TenantScope } from '../scope.ts';
import { testEvent } from './notification.ts';

/** Whether an integration listens to an event: without a list to all of them. A test is for each. */
export function listensTo({ notifyOnEvents: events }: IntegrationColumns, event: string): boolean {
  if (event === testEvent || !Array.isArray(events)) return true;
  return events.includes(event) || events.includes('*');
}

/** The active integrations of the tenant that listen to an event, in the order of their ids. */
export async function listenersOf(scope: TenantScope, event: string): Promise<Integration[]> {
  const { queries } = await scope.deps.database();
  const query = { category: categories.communication, tenantId: scope.tenant.id, filter: { active: true }, joins: [] };
  const found: Integration[] = [];
  for await (const page of wholePages(queries, query))
    found.push(...page.map(({ integration }) => integration).filter((row) => listensTo(row, event)));
  return found;
}

/** What was refused when it was asked last is tried all the same: that may be long ago. */
export function warnOfRefused(scope: TenantScope, rows: readonly Integration[]): void {
  for (const { displayName, verificationStatus } of rows) {
    if (verificationStatus !== 'INVALID' && verificationStatus !== 'EXPIRED') continue;
    scope.deps.warn(`"${quotable(displayName)}" was ${verificationStatus} when it was verified last; it is tried.`);
  }
}
