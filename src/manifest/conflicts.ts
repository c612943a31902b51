import { type CategoryName, categoryList } from '../core/category.ts';
import { AppError } from '../core/error.ts';
import { linkColumns, links } from '../core/links.ts';
import { quotable, sentenceList } from '../core/text.ts';
import type { Integration } from '../db/stores/codec.ts';
import { nameRule, uniqueKey, uniqueRules } from '../db/stores/unique.ts';
import type { Change } from './change.ts';
import { keyOf } from './keys.ts';
import { type Problem, spanText } from './problem.ts';

/**
 * Finds what the tables would refuse. What stands in a manifest's own way is a problem of it; where a row is in the
 * way that it leaves alone, the change gets a `conflict`.
 */
export function findConflicts(
  changes: readonly Change[],
  kept: (category: CategoryName) => readonly Integration[],
): Problem[] {
  const problems: Problem[] = [];
  for (const category of categoryList) {
    const own = changes.filter((change) => change.category === category);
    const rows = kept(category.name);
    problems.push(...sameKeys(own));
    const byName = new Map(rows.map((row) => [row.displayName, row]));
    const byKey = new Map(rows.map((row) => [uniqueKey(category.name, row), row]));
    for (const change of own.filter(({ item }) => item)) {
      const named = byName.get(change.name);
      const key = keyOfChange(change);
      const equal = key === undefined ? undefined : byKey.get(key);
      if (named) change.conflict ??= inTheWay(change, nameRule(category).rule, named);
      else if (equal) change.conflict ??= inTheWay(change, uniqueRules[category.name][0]?.rule ?? '', equal);
    }
  }
  refuseUsed(changes, kept('pipeline'));
  return problems;
}

/** Items that equal each other in the table's unique key. */
function sameKeys(changes: readonly Change[]): Problem[] {
  const seen = new Set<string>();
  return changes.flatMap((change): Problem[] => {
    const { item, category, provider } = change;
    const key = keyOfChange(change);
    if (!item || key === undefined) return [];
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    const column = uniqueRules[category.name][0]?.columns.at(-1) ?? '';
    const field = provider.fields.find(({ name }) => name === column);
    const offset = item.entries.get(column)?.offset ?? item.offset;
    const reason = `is that of another item of this document: ${uniqueRules[category.name][0]?.rule}`;
    return [{ origin: item.origin, offset, key: field ? keyOf(field) : 'type', reason }];
  });
}

function keyOfChange({ category, provider, row, values, item }: Change): string | undefined {
  if (!item) return undefined;
  return uniqueKey(category.name, { ...row, [category.typeColumn]: provider.type, ...values });
}

function inTheWay({ item, category }: Change, rule: string, row: Integration): AppError {
  const place = item ? `${spanText(item)} ` : '';
  return new AppError('CONFLICT', `${place}${rule}; "${quotable(row.displayName)}" (${row.id}) is there already`, {
    hint: 'Name it in the manifest as it is stored, or let --prune take what the manifest does not have.',
    details: { category: category.name, id: row.id, displayName: row.displayName },
  });
}

/** An SCM or a target that goes while a pipeline stays that uses it. */
function refuseUsed(changes: readonly Change[], keptPipelines: readonly Integration[]): void {
  const pipelines = [
    ...keptPipelines,
    ...changes
      .filter(({ category, item }) => category.name === 'pipeline' && item)
      .map(({ name, row, values }) => ({ ...row, ...values, displayName: name })),
  ];
  const usersOf = new Map<string, { displayName: string }[]>();
  for (const pipeline of pipelines) {
    for (const link of links) {
      const used = `${link} ${(pipeline as Record<string, unknown>)[linkColumns[link]]}`;
      const users = usersOf.get(used);
      if (users) users.push(pipeline);
      else usersOf.set(used, [pipeline]);
    }
  }
  for (const change of changes) {
    const users = change.action === 'delete' ? usersOf.get(`${change.category.name} ${change.id}`) : undefined;
    if (!users) continue;
    const names = users.map(({ displayName }) => `"${quotable(displayName)}"`);
    change.conflict = new AppError(
      'CONFLICT',
      `the ${change.category.noun} "${quotable(change.name)}" is used by ${users.length === 1 ? 'the pipeline' : 'the pipelines'} ${sentenceList(names)}`,
      { hint: 'Let the manifest point the pipeline elsewhere, or keep what it uses.' },
    );
  }
}
