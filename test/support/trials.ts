import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { type KeyRing, readKeyRing } from '../../src/crypto/key-ring.ts';
import { createSealer, sealedUnder } from '../../src/crypto/seal.ts';
import { sealedTables } from '../../src/db/stores/sealed.ts';
import type { CliOptions, CliResult, Sandbox } from './cli.ts';
import type { Engine } from './engines.ts';
import { addThere, providerWorld, type World } from './provider-world.ts';
import { done, workspace } from './workspace.ts';

/* Commands that write, to be broken off or hindered, and what must hold of what they leave and say. */

/** An integration as it is stored, its credentials opened. */
type Row = Record<string, unknown> & { table: string; tenant: string; displayName: string };

/** All that commands change. */
export interface State {
  rows: Row[];
  tenants: string[];
  /** The keys, the active one first, and those that something is sealed under. */
  kids: readonly string[];
  inUse: string[];
  contexts: string[];
  history: number;
}

export interface Trial {
  name: string;
  /** Whether there is anything to try it on; absent: always. */
  canRun?: (before: State) => boolean;
  /** What to run the n-th time. */
  command(n: number, before: State): CliOptions & { args: string[] };
  isDone(after: State, n: number, before: State): boolean;
  /** It stores one thing after the other, and some of them may be there without the rest. */
  hasSteps?: true;
}

const tenants = ['Acme', 'Bmce', 'Cmce'];
const token = (n: number) => `ghp_${String(n).padStart(36, '0')}`;
const named = ({ rows }: State, name: string) => rows.find(({ displayName }) => displayName === name);
const extra = ({ rows }: State) => rows.filter(({ displayName }) => displayName.startsWith('extra '));

/** A workspace with three tenants, and what to try in it. */
export async function trialsOn(engine: Engine): Promise<{ box: Sandbox; trials: Trial[] }> {
  const world = await providerWorld();
  const box = await workspace(engine, world.env);
  for (const name of tenants.slice(1)) await done(box.run('tenant', 'add', name));
  for (const [provider, name] of [
    ['github', 'code'],
    ['linear', 'board'],
  ] as const) {
    const { args, env } = addThere(world, provider, name);
    await done(box.runWith({ env }, ...args));
  }
  return { box, trials: trialsIn(world) };
}

function trialsIn(world: World): Trial[] {
  return [
    {
      name: 'add',
      command: (n) => {
        const { args, env } = addThere(world, 'github', `extra ${n}`, '--organization', `acme-${n}`);
        return { args, env };
      },
      isDone: (after, n) => named(after, `extra ${n}`) !== undefined,
    },
    {
      name: 'update',
      command: (n) => ({ args: ['scm', 'update', 'code', '--default-branch', `branch-${n}`] }),
      isDone: (after, n) => named(after, 'code')?.['defaultBranch'] === `branch-${n}`,
    },
    {
      name: 'rotate',
      command: (n) => ({
        args: ['scm', 'rotate', 'code', '--access-token', 'env:NEW', '--no-verify'],
        env: { NEW: token(n) },
      }),
      isDone: (after, n) => named(after, 'code')?.['accessToken'] === token(n),
    },
    {
      name: 'remove',
      canRun: (before) => extra(before).length > 0,
      command: (_, before) => ({ args: ['scm', 'remove', extra(before)[0]?.displayName ?? 'none', '--yes'] }),
      isDone: (after, _, before) => extra(after).length < Math.max(1, extra(before).length),
    },
    {
      name: 'verify',
      hasSteps: true,
      command: () => ({ args: ['ticket', 'verify', 'board', '--json'] }),
      isDone: (after) => named(after, 'board')?.['verificationStatus'] === 'VALID',
    },
    {
      name: 'tenant add',
      command: (n) => ({ args: ['tenant', 'add', `Tenant ${n}`] }),
      isDone: (after, n) => after.tenants.includes(`Tenant ${n}`),
    },
    {
      name: 'context add',
      command: (n) => ({ args: ['context', 'add', `context-${n}`] }),
      isDone: (after, n) => after.contexts.includes(`context-${n}`),
    },
    {
      name: 'key add',
      hasSteps: true,
      command: () => ({ args: ['key', 'add'] }),
      isDone: (after, _, before) => after.kids.length === before.kids.length + 1,
    },
    {
      name: 'key rotate',
      hasSteps: true,
      command: () => ({ args: ['key', 'rotate'] }),
      isDone: ({ kids, inUse }) => inUse.every((kid) => kid === kids[0]),
    },
    {
      name: 'apply',
      hasSteps: true,
      command: (n) => ({ args: ['apply', '-f', '-', '--json'], input: manifest(n) }),
      isDone: (after, n) => tenants.every((tenant) => versionsOf(after, tenant).every((each) => each === `v${n}`)),
    },
  ];
}

function manifest(n: number): string {
  const scm = ['first', 'second'].map((name) => ({
    name,
    type: 'gitlab',
    organization: `acme-${name}`,
    repositoryUrl: 'https://gitlab.com/acme/mobile',
    defaultBranch: `v${n}`,
    accessToken: `value:glpat-${'a'.repeat(20)}`,
  }));
  return tenants.map((tenant) => JSON.stringify({ tenant, scm })).join('\n---\n');
}

/** What `apply` stored in each tenant: one text of all that it changed there. */
export function appliedIn(state: State): string[] {
  return tenants.map((tenant) => [...new Set(versionsOf(state, tenant))].join());
}

function versionsOf({ rows }: State, tenant: string): unknown[] {
  return rows
    .filter((row) => row.tenant === tenant && ['first', 'second'].includes(row.displayName))
    .map((row) => row['defaultBranch']);
}

/** Reads everything past the product, and opens every credential with the ring as it is. */
export async function stateOf(engine: Engine, box: Sandbox): Promise<State> {
  const ring = readKeyRing(readFileSync(join(box.configDir, 'keyring.json'), 'utf8'), 'the ring');
  const config = parse(readFileSync(join(box.configDir, 'config.yaml'), 'utf8'));
  const inUse = new Set<string>();
  const rows: Row[] = [];
  const hosts = await engine.sql(box, 'SELECT id, displayName FROM tenants ORDER BY displayName');
  const nameOf = new Map(hosts.map(({ id, displayName }) => [id, String(displayName)]));
  for (const { table, columns } of sealedTables()) {
    for (const row of await engine.sql(box, `SELECT * FROM ${table} ORDER BY id`)) {
      for (const column of columns) {
        const sealed = row[column];
        if (sealed === null || sealed === undefined) continue;
        inUse.add(sealedUnder(String(sealed)) ?? '');
        row[column] = opened(ring, String(row['tenantId']), String(sealed), { table, column, id: String(row['id']) });
      }
      // What a reseal leaves as it was is compared, too.
      const text = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)]));
      rows.push({ ...text, table, tenant: nameOf.get(row['tenantId']) ?? '', displayName: String(row['displayName']) });
    }
  }
  const [told] = await engine.sql(box, 'SELECT COUNT(*) AS n FROM tenant_integration_history');
  return {
    rows,
    tenants: [...nameOf.values()],
    kids: ring.kids,
    inUse: [...inUse].sort(),
    contexts: Object.keys(config.contexts),
    history: Number(told?.['n']),
  };
}

function opened(ring: KeyRing, tenantId: string, sealed: string, slot: { table: string; column: string; id: string }) {
  return createSealer(ring, tenantId).open(sealed, slot).reveal();
}

/** What a run that was hindered may have left and said. @throws with all of it where it lied, or left a half */
export function judge(
  { name, isDone, hasSteps }: Trial,
  n: number,
  result: CliResult,
  { before, after }: { before: State; after: State },
): void {
  const { status, signal, stdout, stderr } = result;
  const isChanged = JSON.stringify(before) !== JSON.stringify(after);
  const wrong: string[] = [];
  const whole = isDone(after, n, before);
  if (/unforeseen|Unhandled|^ +at .*:\d+/m.test(stderr)) wrong.push('it ended unforeseen');
  if (isChanged && !whole && !hasSteps) wrong.push('it left a half');
  if (!hasSteps && name !== 'context add' && isChanged !== after.history > before.history)
    wrong.push('the history does not tell of it, or of nothing');
  for (const tenant of tenants) {
    if (new Set(versionsOf(after, tenant)).size > 1) wrong.push(`${tenant} is half of the manifest`);
  }
  if (status === 0 && !whole) wrong.push('it told success and did not do it');
  const isTold = /stored before that|Stored before that|not known whether|is stored as/.test(stderr);
  const isShown = /"(result|outcome)": "(done|valid)"/.test(stdout);
  if (signal === null && status !== 0 && isChanged && !isTold && !isShown)
    wrong.push('it does not tell what it stored');
  if (!isChanged && /tored before that/.test(stderr)) wrong.push('it tells of something that it did not store');
  if (wrong.length === 0) return;
  throw new Error(
    `${name} ${n}: ${wrong.join('; ')}\nexit ${status ?? signal}\n--- stdout\n${stdout}\n--- stderr\n${stderr}\n` +
      `--- before\n${brief(before)}\n--- after\n${brief(after)}`,
  );
}

function brief({ rows, tenants, ...rest }: State): string {
  const shown = rows.map(
    (row) => `${row.tenant}/${row.displayName} ${row['defaultBranch']} ${row['verificationStatus']}`,
  );
  return JSON.stringify({ rows: shown, tenants: tenants.length, ...rest });
}

/** After all of it each command does what it should, and nothing of what was broken off lies about. */
export async function expectSound(engine: Engine, { box, trials }: { box: Sandbox; trials: Trial[] }): Promise<void> {
  for (const [index, trial] of trials.entries()) {
    const n = 900_000 + index;
    const before = await stateOf(engine, box);
    const { args, ...options } = trial.command(n, before);
    const result = await done(box.runWith(options, ...args));
    judge(trial, n, result, { before, after: await stateOf(engine, box) });
  }
  expect(readdirSync(box.configDir).sort()).toEqual(['config.yaml', 'keyring.json']);
  if (engine.name === 'sqlite')
    for (const name of readdirSync(box.dataDir)) expect(name).toMatch(/^integrations\.db(-wal|-shm)?$/);
  const errors = (await box.run('doctor', '--json'))
    .json()
    .filter(({ severity }: { severity: string }) => severity === 'error');
  expect(errors).toEqual([]);
}

/** How many times to try: few where nobody says, as many as `FAULT_TRIALS` for the figures of a report. */
export function trialCount(usual: number): number {
  return Number(process.env['FAULT_TRIALS'] ?? usual);
}
