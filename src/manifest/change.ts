import type { Category } from '../core/category.ts';
import type { AppError } from '../core/error.ts';
import type { FieldValues, Json } from '../core/field.ts';
import type { Provider } from '../core/provider.ts';
import type { Secret } from '../core/secret.ts';
import type { Integration } from '../db/stores/codec.ts';
import type { ManifestItem } from './document.ts';
import type { Span } from './problem.ts';
import type { Credentials } from './resolve-sources.ts';

export type Action = 'create' | 'update' | 'delete' | 'none';

/** What is to be done with one integration. */
export interface Change {
  action: Action;
  category: Category;
  provider: Provider;
  name: string;
  id: string;
  /** Absent where it is deleted. */
  item: ManifestItem | undefined;
  /** As it is stored; absent where it is new, and where nothing is to be written. */
  row: Integration | undefined;
  /** What is to be written, by column; credentials are not sealed yet. */
  values: FieldValues;
  fields: readonly FieldChange[];
  /** Why it cannot be done with what is stored. */
  conflict: AppError | undefined;
}

/** A field before and after, under its key in the manifest. Of a credential only whether it is set, and changes. */
export interface FieldChange {
  name: string;
  before: Json;
  after: Json;
}

export interface PlanOptions {
  /** Absent with `--no-credentials`: whether one differs from what is stored stays open. */
  credentials: Credentials | undefined;
  /** Opens a stored credential. @throws AppError */
  open: (category: Category, row: Integration, column: string) => Secret;
  /** Deletes what is stored and not in the manifest. */
  prune: boolean;
  newId: (prefix: string) => string;
  /** Whether the changes are to be written. Where they are only shown they hold neither rows nor values. */
  writes: boolean;
}

export type Warning = Span & { text: string };

/** What a pipeline may name. */
export interface Usable {
  name: string;
  id: string;
  provider: Provider;
}
