import { beforeAll, describe, expect, test } from 'vitest';
import type { CliResult, Environment, Sandbox } from '../../support/cli.ts';
import { forEachServer, type ServerEngine } from '../../support/engines.ts';
import { type Fault, faultProxy, type Harm, type Way } from '../../support/fault-proxy.ts';
import { done, workspace } from '../../support/workspace.ts';

/**
 * A network that fails at any packet of any command that writes: nothing is said that is not so, nothing is half-written,
 * nothing waits for ever, and the same command, run again, comes to its end. A sample of them; all of them where
 * FAULTS=all, each n-th where FAULTS=n.
 */
const wanted = process.env['FAULTS'];
/** Patience for the answer to a statement, for locks, and for a server that is gone. */
const boundMs = 115_000;
/** Commands at a time: most of them wait. */
const atOnce = 16;

const token = { TOKEN: `ghp_${'a1'.repeat(18)}`, OTHER: `ghp_${'b2'.repeat(18)}`, KEY: `lin_api_${'c3'.repeat(20)}` };
const manifest = (tenant: string, more: object = {}) =>
  JSON.stringify({
    tenant,
    scm: [
      {
        name: 'code',
        type: 'github',
        organization: 'acme',
        repositoryUrl: 'https://github.com/acme/mobile',
        accessToken: 'env:TOKEN',
        ...more,
      },
    ],
    tickets: [{ name: 'board', type: 'linear', linearApiKey: 'env:KEY', linearTeamId: 'MOB', ...more }],
  });

/** Each changes what is there in a tenant of its own; a manifest is given on standard input. */
const commands: Readonly<Record<string, { args: readonly string[]; input?: (tenant: string) => string }>> = {
  add: { args: ['ticket', 'add', 'linear', '--name', 'new', '--api-key', 'env:KEY', '--team-id', 'MOB'] },
  update: { args: ['scm', 'update', 'code', '--default-branch', 'next'] },
  disable: { args: ['scm', 'disable', 'code'] },
  rotate: { args: ['scm', 'rotate', 'code', '--access-token', 'env:OTHER', '--no-verify'] },
  remove: { args: ['ticket', 'remove', 'board', '--yes'] },
  reveal: { args: ['scm', 'show', 'code', '--reveal', '--yes'] },
  apply: { args: ['apply', '-f', '-'], input: (tenant) => manifest(tenant, { active: false }) },
};

const tables = ['scm', 'ticket'].map((name) => `tenant_${name}_integrations`);
const harms: readonly Harm[] = ['drop', 'reset', 'truncate', 'freeze'];
const ways: readonly Way[] = ['sent', 'answered'];

/** All that a tenant has, without what differs from one run to the next; of what is sealed, whether it is as before. */
type State = Readonly<Record<string, unknown>>;

interface Case {
  command: string;
  fault: Fault;
}

forEachServer((engine) => {
  let box: Sandbox;
  let made = 0;

  beforeAll(async () => {
    box = await workspace(engine);
  });

  /** Tenants with a row of two categories each. */
  async function tenants(count: number): Promise<string[]> {
    const names = Array.from({ length: count }, () => `Tenant ${++made}`);
    for (const name of names)
      await engine.sql(box, 'INSERT INTO tenants (id, displayName) VALUES (?, ?)', [`t-${name.slice(7)}`, name]);
    // All at once may take longer than any of the commands that are tried.
    for (let at = 0; at < names.length; at += 50) {
      const input = names.slice(at, at + 50).map((name) => manifest(name));
      await done(box.runWith({ env: token, input: input.join('\n---\n') }, 'apply', '-f', '-'));
    }
    return names;
  }

  function start(tenant: string, command: string, env: Environment): Promise<CliResult> {
    const { args, input } = commands[command] ?? { args: [] };
    const where = input ? { input: input(tenant) } : {};
    const own = input ? [] : ['--tenant', tenant];
    return box.runWith({ env: { ...token, ...env }, timeout: boundMs, ...where }, ...args, ...own, '--json');
  }

  const idOf = (tenant: string) => `t-${tenant.slice(7)}`;

  async function run({ command, fault }: Case, tenant: string, after: State): Promise<string[]> {
    const sealed = await sealedIn(engine, box, idOf(tenant));
    const before = await stateOf(engine, box, idOf(tenant), sealed);
    const proxy = await faultProxy(box, fault);
    const first = await start(tenant, command, proxy.env);
    const found = await stateOf(engine, box, idOf(tenant), sealed);
    const wrong = lies(first, { before, found, after });
    if (!proxy.struck()) wrong.push('the fault did not come to pass');
    if (same(found, before)) await done(start(tenant, command, {}));
    if (!same(await stateOf(engine, box, idOf(tenant), sealed), after)) wrong.push('the second run did not finish it');
    return wrong.map((what) => `${command}, ${JSON.stringify(fault)}: ${what}\n${first.stdout}${first.stderr}`);
  }

  /** What a command comes to, and how many packets it takes. */
  async function undisturbed(command: string) {
    const [tenant = ''] = await tenants(1);
    const sealed = await sealedIn(engine, box, idOf(tenant));
    const proxy = await faultProxy(box);
    await done(start(tenant, command, proxy.env));
    return { after: await stateOf(engine, box, idOf(tenant), sealed), packets: { ...proxy.packets() } };
  }

  describe('a network that fails at a packet', () => {
    test(
      wanted ? `of ${wanted}` : 'of a few',
      async () => {
        const whole = new Map<string, Awaited<ReturnType<typeof undisturbed>>>();
        for (const name of Object.keys(commands)) whole.set(name, await undisturbed(name));
        const cases = casesOf(whole);
        const names = await tenants(cases.length);
        const wrong: string[] = [];
        let next = 0;
        const worker = async () => {
          for (let index = next++; index < cases.length; index = next++) {
            const each = cases[index] as Case;
            const { after = {} } = whole.get(each.command) ?? {};
            wrong.push(...(await run(each, names[index] ?? '', after).catch((error) => [`${each.command}: ${error}`])));
          }
        };
        await Promise.all(Array.from({ length: atOnce }, worker));
        if (wanted) process.stderr.write(`${engine.name}: ${cases.length} faults, ${wrong.length} broke\n`);
        expect(wrong).toEqual([]);
      },
      wanted ? 3_600_000 : 400_000,
    );
  });
});

/** All there are; of them the sample that is wanted, spread over commands, packets and harms. */
function casesOf(whole: ReadonlyMap<string, { packets: Readonly<Record<Way, number>> }>): Case[] {
  const all = [...whole].flatMap(([command, { packets }]) =>
    ways.flatMap((way) =>
      Array.from({ length: packets[way] }, (_, index) => index + 1).flatMap((at) => [
        ...harms.map((harm) => ({ command, fault: { harm, way, at } })),
        { command, fault: { harm: 'freeze', way, at, lasts: true } } satisfies Case,
      ]),
    ),
  );
  const step = wanted === 'all' ? 1 : Number(wanted ?? 0) || Math.ceil(all.length / 16);
  return all.filter((_, index) => index % step === 0);
}

/** What stands in the columns of credentials, by row and column. */
async function sealedIn(engine: ServerEngine, box: Sandbox, tenantId: string): Promise<Map<string, unknown>> {
  const values = new Map<string, unknown>();
  for (const table of tables) {
    for (const row of await engine.sql(box, `SELECT * FROM ${table} WHERE tenantId = ?`, [tenantId])) {
      for (const [column, value] of Object.entries(row)) values.set(`${row['id']}.${column}`, value);
    }
  }
  return values;
}

async function stateOf(
  engine: ServerEngine,
  box: Sandbox,
  tenantId: string,
  sealed: ReadonlyMap<string, unknown>,
): Promise<State> {
  const state: Record<string, unknown> = {};
  for (const table of tables) {
    const rows = await engine.sql(box, `SELECT * FROM ${table} WHERE tenantId = ? ORDER BY displayName`, [tenantId]);
    state[table] = rows.map((row) =>
      Object.entries(row).flatMap(([column, value]) => {
        if (/^(id|tenantId|createdAt|updatedAt)$/.test(column) || value === null) return [];
        const isSealed = typeof value === 'string' && value.startsWith('ey');
        return [[column, isSealed ? sealed.get(`${row['id']}.${column}`) === value : value]];
      }),
    );
  }
  const told = await engine.sql(
    box,
    'SELECT action, displayName FROM tenant_integration_history WHERE tenantId = ? ORDER BY action, displayName',
    [tenantId],
  );
  return { ...state, told };
}

/** What was said, or what was stored, that is not so. */
function lies(
  { status, signal, stderr }: CliResult,
  { before, found, after }: Readonly<Record<'before' | 'found' | 'after', State>>,
): string[] {
  const [isBefore, isAfter] = [same(found, before), same(found, after)];
  const isUnknown = stderr.includes('it is not known whether it stored the change');
  const wrong: string[] = [];
  if (signal !== null) wrong.push('it did not end in time');
  if (!isBefore && !isAfter) wrong.push(`it is half-written: ${JSON.stringify(found)}`);
  if (status === 0 && !isAfter) wrong.push('it says that it is done, and it is not');
  if (status !== 0 && !isUnknown && !isBefore) wrong.push('it says that it is not done, and it is');
  if (status !== 0 && (status !== 4 || /INTERNAL|^ +at /m.test(stderr))) wrong.push(`it ends with ${status}`);
  return wrong;
}

function same(one: State, other: State): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
