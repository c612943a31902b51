import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Sandbox } from '../../support/cli.ts';
import { forEachEngine } from '../../support/engines.ts';
import { runHere } from '../../support/in-process.ts';
import { type Item, reversed, type Wanted, wanted } from '../../support/tenant-documents.ts';
import { workspace } from '../../support/workspace.ts';

/** As a person writes it: a key that is called as the one that merges stands in quotation marks. */
const written = (document: object) => stringify(document).replace(/^([ -]*)<<:/gm, "$1'<<':");

const runs = { numRuns: Number(process.env['LAW_RUNS'] ?? 12) };

forEachEngine((engine) => {
  let box: Sandbox;

  beforeAll(async () => {
    box = await workspace(engine);
  });

  /** The id of a new tenant, which holds nothing. */
  async function emptyTenant(): Promise<string> {
    const id = randomUUID();
    await engine.sql(box, 'INSERT INTO tenants (id, displayName) VALUES (?, ?)', [id, id]);
    return id;
  }

  async function command(input: string, ...args: string[]): Promise<string> {
    const { status, stdout, stderr } = await runHere(box, { input }, ...args);
    const isAsExpected = status === 0 && !/^error/m.test(stderr);
    if (!isAsExpected) throw new Error(`exit ${status}: ${args.join(' ')}\n${stderr}\n${input}`);
    return stdout;
  }

  const apply = async (tenant: string, content: Wanted, ...flags: string[]) =>
    JSON.parse(await command(written({ tenant, ...content }), 'apply', '-f', '-', '--json', ...flags));
  const actions = (items: { action: string }[]) =>
    [...new Set(items.map(({ action }) => action))].filter((action) => action !== 'none');
  const plan = async (text: string, ...flags: string[]) =>
    actions(JSON.parse(await command(text, 'plan', '-f', '-', '--json', ...flags)));
  const exported = async (tenant: string, ...flags: string[]) =>
    (await command('', 'export', '--tenant', tenant, ...flags)).replaceAll(tenant, 'TENANT');

  test('applying twice is applying once, and a plan after it is empty', async () => {
    await fc.assert(
      fc.asyncProperty(wanted, async (content) => {
        const tenant = await emptyTenant();
        await apply(tenant, content);
        const stored = await exported(tenant);
        expect(await plan(written({ tenant, ...content }), '--prune')).toEqual([]);
        expect(actions(await apply(tenant, content, '--prune'))).toEqual([]);
        expect(await exported(tenant)).toBe(stored);
      }),
      runs,
    );
  });

  test('planning an export finds no difference', async () => {
    await fc.assert(
      fc.asyncProperty(wanted, async (content) => {
        const tenant = await emptyTenant();
        await apply(tenant, content);
        for (const format of ['yaml', 'json']) {
          const text = await command('', 'export', '--tenant', tenant, '-o', format);
          expect(await plan(text, '--prune')).toEqual([]);
        }
      }),
      runs,
    );
  });

  test('an export, applied elsewhere with the credentials given, gives the same tenant', async () => {
    await fc.assert(
      fc.asyncProperty(wanted, async (content) => {
        const [tenant, other] = [await emptyTenant(), await emptyTenant()];
        await apply(tenant, content);
        const document = JSON.parse(await command('', 'export', '--tenant', tenant, '-o', 'json'));
        for (const [key, items] of Object.entries(document)) {
          for (const item of Array.isArray(items) ? (items as Item[]) : []) {
            const given = content[key as keyof Wanted].find(({ name }) => name === item['name']);
            for (const field of Object.keys(item)) if (item[field] === 'keep') item[field] = given?.[field] ?? null;
          }
        }
        await apply(other, { ...document, tenant: other });
        expect(await exported(other)).toBe(await exported(tenant));
      }),
      runs,
    );
  });

  test('the order of items and keys does not matter', async () => {
    await fc.assert(
      fc.asyncProperty(wanted, async (content) => {
        const [tenant, other] = [await emptyTenant(), await emptyTenant()];
        await apply(tenant, content);
        await apply(other, reversed(content));
        expect(await exported(other)).toBe(await exported(tenant));
        expect(await plan(written({ tenant, ...reversed(content) }), '--prune')).toEqual([]);
      }),
      runs,
    );
  });

  test('with --prune any tenant becomes any other', async () => {
    await fc.assert(
      fc.asyncProperty(wanted, wanted, async (before, after) => {
        const tenant = await emptyTenant();
        await apply(tenant, before);
        await apply(tenant, after, '--prune', '--max-delete', '100');
        expect(await plan(written({ tenant, ...after }), '--prune')).toEqual([]);
        const count = Object.values(after).flat().length;
        const document = JSON.parse(await command('', 'export', '--tenant', tenant, '-o', 'json'));
        expect(Object.values(document).flat()).toHaveLength(count + 1);
      }),
      runs,
    );
  });
});
