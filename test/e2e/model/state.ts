import type { CategoryName } from '../../../src/core/category.ts';
import type { StoredValue } from '../../../src/db/stores/codec.ts';

/** An integration as its provider's fields say it; a reference stands under the name of what it refers to. */
export interface Row {
  provider: string;
  plain: Record<string, StoredValue>;
  credentials: Record<string, string | null>;
  /** What the last rotation replaced. */
  previous: Record<string, string | null> | null;
}

/** By category and name. */
export type Tenant = Record<CategoryName, Record<string, Row>>;

/** All that the commands are to keep. */
export interface State {
  /** By name. */
  tenants: Record<string, Tenant>;
  /** The ids of the keys, the active one first; `fresh` is one that was not there before. */
  ring: string[];
}

export const fresh = '(fresh)';

export function emptyTenant(): Tenant {
  return { scm: {}, target: {}, pipeline: {}, communication: {}, ticket: {} };
}

/** What one command is to do. */
export interface Attempt {
  args: string[];
  env?: Record<string, string>;
  input?: string;
  /** The exit codes with which it may refuse; none: it must succeed. */
  refusals: number[];
  /** What it leaves where it succeeds. */
  after: State;
  /** What the history tells of a key, which stands outside the database. */
  key?: { action: string; isRingChanged: boolean };
  /** Seals values anew that stay as they are. */
  isResealing?: true;
}

/** @param keys how many values each key seals */
export type Make = (state: State, keys: ReadonlyMap<string, number>) => Attempt;
