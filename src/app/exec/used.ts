import { type Category, type CategoryName, categories } from '../../core/category.ts';
import { AppError, usage } from '../../core/error.ts';
import { linkColumns, links } from '../../core/links.ts';
import type { Provider } from '../../core/provider.ts';
import { quotable, sentenceList } from '../../core/text.ts';
import { categoryOf, type Integration, providerOf } from '../../db/stores/codec.ts';
import type { TenantScope } from '../scope.ts';

/** What a command is run with by itself, and may be left out. */
export const ownParts = ['scm', 'target', 'pipeline'] as const;
export type OwnPart = (typeof ownParts)[number];

/** What it may be given as well. */
export const otherParts = ['communication', 'ticket'] as const;
export type OtherPart = (typeof otherParts)[number];

/** An integration whose credentials a command is to have. */
export interface Used {
  readonly category: Category;
  readonly provider: Provider;
  readonly row: Integration;
}

export interface Chosen {
  only: readonly OwnPart[];
  /** With the integration that was named, where one was. */
  others: readonly { category: OtherPart; row: Integration | undefined }[];
}

/** The pipeline first. @throws AppError USAGE where several integrations might be meant, or NOT_FOUND */
export async function usedBy(scope: TenantScope, pipeline: Integration, { only, others }: Chosen): Promise<Used[]> {
  const rows: Integration[] = only.includes('pipeline') ? [pipeline] : [];
  for (const link of links) {
    const id = pipeline[linkColumns[link]];
    const row = only.includes(link) && typeof id === 'string' ? await scope.stores[link].get(id) : undefined;
    if (row) rows.push(row);
  }
  for (const { category, row } of others) rows.push(row ?? (await onlyOne(scope, category)));
  return rows.map(usedOf);
}

function usedOf(row: Integration): Used {
  const category = categoryOf(row);
  return { category, provider: providerOf(category, row), row };
}

/** The one integration of a category that there is. */
async function onlyOne(scope: TenantScope, name: CategoryName): Promise<Integration> {
  const { noun } = categories[name];
  const store = scope.stores[name];
  const rows: { id: string; displayName: string }[] = [];
  for await (const page of store.list({ limit: most + 1 })) rows.push(...page);
  const [first] = rows;
  if (!first) throw new AppError('NOT_FOUND', `this tenant has no ${noun}`, { hint: `integrations ${name} add` });
  const row = rows.length === 1 ? await store.get(first.id) : undefined;
  if (row) return row;
  const named = sentenceList(rows.slice(0, most).map(({ displayName }) => `"${quotable(displayName)}"`));
  throw usage(`there are several ${noun}s: ${named}${rows.length > most ? ' …' : ''}`, {
    hint: `Name one: --with ${name}=NAME`,
    field: 'with',
  });
}

/** How many are named where one has to be chosen. */
const most = 5;

/** @throws AppError USAGE where one of them is switched off */
export function refuseSwitchedOff(pipeline: Integration, used: readonly Used[]): void {
  const off = [usedOf(pipeline), ...used].find(({ row }) => !row.isActive);
  if (!off) return;
  const { category, row } = off;
  throw usage(`the ${category.noun} "${quotable(row.displayName)}" is switched off`, {
    hint: `integrations ${category.name} enable ${row.id}`,
  });
}

/** Full sentences on those that will not work: refused by their provider when they were last verified, or at their end. */
export function cautionsOf(used: readonly Used[], now: Date): string[] {
  return used.flatMap(({ category: { name, noun }, row }) => {
    const { id, displayName, verificationStatus, credentialExpiresAt: end } = row;
    const named = `The ${noun} "${quotable(displayName)}"`;
    const verify = `integrations ${name} verify ${id}`;
    if (verificationStatus === 'INVALID' || verificationStatus === 'EXPIRED')
      return [`${named} is ${verificationStatus}: its credentials may be refused (${verify}).`];
    return end !== null && Date.parse(end) < now.getTime() ? [`${named} ended at ${end} (${verify}).`] : [];
  });
}
