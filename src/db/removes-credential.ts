import { categoryList } from '../core/category.ts';
import { codecOf } from './stores/codec.ts';
import { previousCredentials } from './stores/previous.ts';

let columns: RegExp | undefined;

/** Whether a statement takes away a row, or puts another value in place of a credential. */
export function removesCredential(sql: string): boolean {
  columns ??= new RegExp(
    `\\b(${[previousCredentials.column, ...categoryList.flatMap((each) => [...codecOf(each).sealed])].join('|')})\\b`,
  );
  return /^\s*delete\b/i.test(sql) || (/^\s*update\b/i.test(sql) && columns.test(sql));
}
