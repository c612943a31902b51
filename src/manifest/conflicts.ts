import type { Category } from '../core/category.ts';
import { AppError } from '../core/error.ts';
import { links } from '../core/links.ts';
import { quotable, sentenceList, withArticle } from '../core/text.ts';
import { nameRule, uniqueRules } from '../db/stores/unique.ts';
import type { Change } from './change.ts';
import { entryOf, type ManifestItem } from './document.ts';
import { keyOf } from './keys.ts';
import type { Kept, Uses } from './match.ts';
import { type Problem, spanText } from './problem.ts';

/** What is planned for an item, with what others may collide with. */
export interface PlannedItem {
  item: ManifestItem;
  change: Change;
  /** What no other row of the tenant may equal it in, beside its name. */
  key: string | undefined;
  uses: Uses;
}

/**
 * Finds what the table of a category would refuse. What stands in a manifest's own way is a problem of it; where a row is
 * in the way that it leaves alone, the change gets a `conflict`.
 */
export function findConflicts(category: Category, planned: readonly PlannedItem[], kept: readonly Kept[]): Problem[] {
  const byName = new Map(kept.map((row) => [row.name, row]));
  const byKey = new Map(kept.map((row) => [row.key, row]));
  for (const { item, change, key } of planned) {
    const named = byName.get(change.name);
    const equal = key === undefined ? undefined : byKey.get(key);
    if (named && named.provider !== item.provider) change.conflict ??= ofAnotherType(item, named);
    else if (named) change.conflict ??= inTheWay(item, nameRule(category).rule, named);
    else if (equal) change.conflict ??= inTheWay(item, uniqueRules[category.name][0]?.rule ?? '', equal);
  }
  return sameKeys(category, planned);
}

/** Items that equal each other in the table's unique key. */
function sameKeys({ name }: Category, planned: readonly PlannedItem[]): Problem[] {
  const [rule] = uniqueRules[name];
  const column = rule?.columns.at(-1) ?? '';
  const seen = new Set<string>();
  return planned.flatMap(({ item, key }): Problem[] => {
    if (key === undefined) return [];
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    const field = item.provider.fields.find((each) => each.name === column);
    const offset = entryOf(item, column)?.offset ?? item.offset;
    const reason = `is that of another item of this document: ${rule?.rule}`;
    return [{ origin: item.origin, offset, key: field ? keyOf(field) : 'type', reason }];
  });
}

function inTheWay(item: ManifestItem, rule: string, { id, name }: Kept): AppError {
  return new AppError('CONFLICT', `${spanText(item)} ${rule}; "${quotable(name)}" (${id}) is there already`, {
    hint: 'Name it in the manifest as it is stored, or let --prune take what the manifest does not have.',
    details: { category: item.provider.category.name, id, displayName: name },
  });
}

/** The name is taken by a row that the item cannot be about. */
function ofAnotherType(item: ManifestItem, { id, name, provider }: Kept): AppError {
  const category = provider.category.name;
  const reason = `"${quotable(name)}" is stored as ${withArticle(provider.title)} integration, and a type does not change`;
  return new AppError('CONFLICT', `${spanText(item)} ${reason}`, {
    hint: `Give the item another name; or, to replace what is stored, remove it first: integrations ${category} remove ${id}`,
    details: { category, id, displayName: name },
  });
}

/** An SCM or a target that goes while a pipeline stays that uses it gets a `conflict`. */
export function refuseUsed(deletions: readonly Change[], pipelines: Iterable<{ name: string; uses: Uses }>): void {
  if (deletions.length === 0) return;
  const users = new Map(deletions.map(({ category, id }) => [`${category.name} ${id}`, [] as string[]]));
  for (const { name, uses } of pipelines) {
    for (const link of links) users.get(`${link} ${uses[link]}`)?.push(`"${quotable(name)}"`);
  }
  for (const change of deletions) {
    const names = users.get(`${change.category.name} ${change.id}`) ?? [];
    if (names.length === 0) continue;
    change.conflict = new AppError(
      'CONFLICT',
      `the ${change.category.noun} "${quotable(change.name)}" is used by ${names.length === 1 ? 'the pipeline' : 'the pipelines'} ${sentenceList(names)}`,
      { hint: 'Let the manifest point the pipeline elsewhere, or keep what it uses.' },
    );
  }
}
