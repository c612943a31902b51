import { categoryList } from '../../src/core/category.ts';
import type { Sandbox } from './cli.ts';
import type { Engine } from './engines.ts';

/** What is stored of a verification, and when the row was last changed. */
export interface Stored {
  verificationStatus: string;
  lastVerifiedAt: string | null;
  verificationError: string | null;
  credentialExpiresAt: string | null;
  updatedAt: string;
}

/** A state from long ago, so that every change shows. */
export const longAgo: Stored = {
  verificationStatus: 'VALID',
  lastVerifiedAt: '2026-01-02T03:04:05Z',
  verificationError: null,
  credentialExpiresAt: null,
  updatedAt: '2026-01-01T00:00:00Z',
};

/** Puts every row, or the one of that id, into that state. */
export async function putInto(engine: Engine, box: Sandbox, state: Stored, id?: string): Promise<void> {
  const columns = Object.keys(state);
  const values = Object.values(state).map((value) => value?.replace(/^(....-..-..)T(.*)Z$/, '$1 $2') ?? null);
  const which = id === undefined ? '' : ' WHERE id = ?';
  for (const { table } of categoryList) {
    const assignments = columns.map((column) => `${column} = ?`).join(', ');
    await engine.sql(box, `UPDATE ${table} SET ${assignments}${which}`, id === undefined ? values : [...values, id]);
  }
}

/** What is stored of every integration, by id, past the product. */
export async function storedById(engine: Engine, box: Sandbox): Promise<Record<string, Stored>> {
  const byId: Record<string, Stored> = {};
  for (const { table } of categoryList) {
    for (const { id, ...row } of await engine.sql(box, `SELECT id, ${Object.keys(longAgo).join(', ')} FROM ${table}`)) {
      const entries = Object.entries(row).map(([column, value]) => [column, asShown(value)]);
      byId[String(id)] = Object.fromEntries(entries) as Stored;
    }
  }
  return byId;
}

function asShown(value: unknown): string | null {
  return value === null ? null : String(value).replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/, '$1T$2Z');
}
