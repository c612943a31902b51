import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type CategoryName, categoryList } from '../../../src/core/category.ts';
import { linkColumns } from '../../../src/core/links.ts';
import { type KeyRing, readKeyRing } from '../../../src/crypto/key-ring.ts';
import { createSealer, type Sealer, sealedUnder } from '../../../src/crypto/seal.ts';
import { codecOf, type Integration } from '../../../src/db/stores/codec.ts';
import type { HistoryField } from '../../../src/db/stores/history.ts';
import { previousCredentials, previousSlot } from '../../../src/db/stores/previous.ts';
import { uniqueRules } from '../../../src/db/stores/unique.ts';
import { providerOfType } from '../../../src/providers/index.ts';
import type { Sandbox } from '../../support/cli.ts';
import type { Engine } from '../../support/engines.ts';
import { emptyTenant, type Row, type State } from './state.ts';

export interface StoredRow {
  category: CategoryName;
  /** As it is stored, credentials sealed. */
  integration: Integration;
  /** Its credentials and the previous ones, opened. */
  opened: { credentials: Row['credentials']; previous: Row['previous'] };
}

export interface Told {
  id: string;
  tenantName: string | null;
  command: string;
  action: string;
  category: string;
  integrationId: string | null;
  displayName: string | null;
  fields: HistoryField[];
}

/** What is stored, looked at past the product. */
export interface Observed {
  /** By id. */
  rows: Map<string, StoredRow>;
  /** Names by id. */
  tenants: Map<string, string>;
  history: Told[];
  ring: string[];
  /** How many values each key seals. */
  keys: Map<string, number>;
  /** All of it as text, to search in. */
  text: string;
}

type Raw = Record<string, string | number | null>;

/** Reads everything, and sees that it is whole: each row by itself, and what refers to what. */
export async function observe(engine: Engine, box: Sandbox): Promise<Observed> {
  const read = async (table: string, order = 'id') =>
    (await engine.sql(box, `SELECT * FROM ${table} ORDER BY ${order}`)) as Raw[];
  const [tenantRows = [], previousRows = [], historyRows = [], ...integrationRows] = await Promise.all([
    read('tenants'),
    read(previousCredentials.table),
    read('tenant_integration_history', 'occurredAt, id'),
    ...categoryList.map(({ table }) => read(table)),
  ]);
  const text = JSON.stringify([tenantRows, previousRows, historyRows, integrationRows]);

  const ring = ringOf(box);
  const tenants = new Map(tenantRows.map(({ id, displayName }) => [String(id), String(displayName)]));
  const sealers = new Map([...tenants.keys()].map((id) => [id, createSealer(ring, id)]));
  const previous = new Map(previousRows.map((row) => [String(row['id']), row]));
  const keys = new Map<string, number>();
  const count = (sealed: string) => {
    const kid = sealedUnder(sealed) ?? '';
    keys.set(kid, (keys.get(kid) ?? 0) + 1);
  };

  const rows = new Map<string, StoredRow>();
  for (const [at, category] of categoryList.entries()) {
    for (const raw of integrationRows[at] ?? []) {
      const integration = codecOf(category).decode({ ...raw });
      const sealer = sealers.get(integration.tenantId);
      if (!sealer) throw new Error(`${integration.id} is of no tenant`);
      const kept = previous.get(integration.id);
      if (kept) {
        expect(kept['tenantId']).toBe(integration.tenantId);
        count(String(kept['credentials']));
      }
      previous.delete(integration.id);
      const sealed = [...codecOf(category).sealed].map((column) => integration[column]);
      for (const value of sealed) if (typeof value === 'string') count(value);
      rows.set(integration.id, {
        category: category.name,
        integration,
        opened: {
          credentials: openCredentials(category.name, integration, sealer),
          previous: kept ? openPrevious(integration.id, String(kept['credentials']), sealer) : null,
        },
      });
    }
  }
  expect([...previous.keys()], 'previous credentials of rows that are gone').toEqual([]);
  refuseBrokenReferences(rows);
  refuseDoubles(rows);
  const history = historyRows.map((row) => ({ ...row, fields: JSON.parse(String(row['fields'])) }));
  return { rows, tenants, history: history as unknown as Told[], ring: [...ring.kids], keys, text };
}

function ringOf(box: Sandbox): KeyRing {
  for (const name of readdirSync(box.configDir)) {
    expect([name, statSync(join(box.configDir, name)).mode & 0o077]).toEqual([name, 0]);
  }
  return readKeyRing(readFileSync(join(box.configDir, 'keyring.json'), 'utf8'), 'the ring');
}

/** Opens what is sealed in a row that has all that its provider needs, and nothing of another one's. */
function openCredentials(category: CategoryName, row: Integration, sealer: Sealer): Row['credentials'] {
  const { table, typeColumn } = byName(category);
  const provider = providerOfType(category, String(row[typeColumn]));
  if (!provider) throw new Error(`${row.id} is of no provider`);
  const own = new Set(provider.fields.map(({ name }) => name));
  const foreign = providersFields(category).filter((name) => !own.has(name) && row[name] !== null);
  expect([row.id, foreign], 'columns of another provider').toEqual([row.id, []]);
  const isSet = (name: string) => row[name] !== null;
  const missing = provider.fields.filter((field) => field.required && !isSet(field.name)).map(({ name }) => name);
  expect([row.id, missing], 'required columns that are empty').toEqual([row.id, []]);
  expect([row.verificationStatus, row.lastVerifiedAt, row.verificationError]).toEqual(['NOT_VERIFIED', null, null]);
  const entries = provider.fields.flatMap(({ name, credential }) => {
    if (!credential) return [];
    const sealed = row[name];
    return [
      [name, typeof sealed === 'string' ? sealer.open(sealed, { table, column: name, id: row.id }).reveal() : null],
    ];
  });
  return Object.fromEntries(entries);
}

function openPrevious(id: string, sealed: string, sealer: Sealer): Row['previous'] {
  return JSON.parse(sealer.open(sealed, previousSlot(id)).reveal());
}

function byName(name: CategoryName) {
  const category = categoryList.find((each) => each.name === name);
  if (!category) throw new Error(`there is no category ${name}`);
  return category;
}

const ownColumns = new Set(['id', 'tenantId', 'createdAt', 'updatedAt', 'configuredByAccountId', 'isActive']);

function providersFields(category: CategoryName): string[] {
  const { typeColumn } = byName(category);
  const observed = ['verificationStatus', 'lastVerifiedAt', 'verificationError', typeColumn];
  return codecOf(byName(category)).columns.filter((name) => !ownColumns.has(name) && !observed.includes(name));
}

function refuseBrokenReferences(rows: ReadonlyMap<string, StoredRow>): void {
  for (const { category, integration } of rows.values()) {
    if (category !== 'pipeline') continue;
    const [scm, target] = [
      rows.get(String(integration[linkColumns.scm])),
      rows.get(String(integration[linkColumns.target])),
    ];
    const within = [scm, target].map((used) => used?.integration.tenantId);
    expect([integration.id, ...within]).toEqual([integration.id, integration.tenantId, integration.tenantId]);
    const needed = providerOfType('pipeline', String(integration['pipelineType']))?.scm;
    const actual = providerOfType('scm', String(scm?.integration['scmType']))?.name;
    if (needed) expect([integration.id, actual]).toEqual([integration.id, needed]);
  }
}

function refuseDoubles(rows: ReadonlyMap<string, StoredRow>): void {
  const seen = new Set<string>();
  for (const { category, integration } of rows.values()) {
    for (const columns of [['displayName'], ...uniqueRules[category].map((rule) => rule.columns)]) {
      const values = columns.map((column) => String(integration[column]));
      const folded = columns.includes('displayName') ? values : values.map((value) => value.toLowerCase());
      const key = JSON.stringify([integration.tenantId, category, columns, folded]);
      expect([key, seen.has(key)]).toEqual([key, false]);
      seen.add(key);
    }
  }
}

/** What is stored, as the model says it. */
export function stateOf({ rows, tenants, ring }: Observed): State {
  const state: State = { tenants: {}, ring };
  for (const name of tenants.values()) state.tenants[name] = emptyTenant();
  for (const { category, integration, opened } of rows.values()) {
    const provider = providerOfType(category, String(integration[byName(category).typeColumn]));
    const tenant = state.tenants[tenants.get(integration.tenantId) ?? ''];
    if (!provider || !tenant) throw new Error(`${integration.id} has no provider or no tenant`);
    const plain: Row['plain'] = { isActive: integration.isActive };
    for (const { name, credential } of provider.fields) {
      if (credential || name === 'displayName') continue;
      const value = integration[name] ?? null;
      const isReference = category === 'pipeline' && Object.values(linkColumns).includes(name);
      plain[name] = isReference ? (rows.get(String(value))?.integration.displayName ?? null) : value;
    }
    tenant[category][integration.displayName] = { provider: provider.name, plain, ...opened };
  }
  return state;
}
