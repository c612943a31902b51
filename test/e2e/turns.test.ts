import { expect, test } from 'vitest';
import { forEachServer } from '../support/engines.ts';
import { runHere } from '../support/in-process.ts';
import { proxyFor } from '../support/proxy.ts';
import { addCommand } from '../support/samples.ts';
import { addSample, workspace } from '../support/workspace.ts';

/** What a command asks of a server behind the session and the basis, which come first: each takes a turn over the network. */
const commands: readonly (readonly [words: string, turns: string])[] = [
  ['scm list', 'read scm'],
  ['scm list --all-tenants', 'columns, read tenants, read scm'],
  ['scm list --tenant Acme --account ops@acme.test', 'read scm'],
  ['pipeline list --include scm,target', 'read pipeline'],
  ['scm show code', 'read scm'],
  ['pipeline show build', 'read pipeline, read scm, read target'],
  ['scm update code --default-branch next', 'read scm, BEGIN, lock scm, update scm, history, read scm, COMMIT'],
  ['scm update code --default-branch next', 'read scm'],
  ['scm disable code', 'read scm, BEGIN, lock scm, update scm, history, read scm, COMMIT'],
  ['target remove app --dry-run --cascade', 'read target, read pipeline'],
  ['pipeline remove build', 'read pipeline, BEGIN, lock pipeline, delete pipeline, delete previous, history, COMMIT'],
  [
    'scm remove code',
    'read scm, read pipeline, BEGIN, read pipeline, lock scm, delete scm, delete previous, history, COMMIT',
  ],
  ['status', 'read scm, read target, read pipeline, read communication, read ticket, read runs'],
  ['expiring', 'read scm, read target, read pipeline, read communication, read ticket'],
  ['tenant show', ''],
  ['account show', ''],
  ['tenant list', 'columns, read tenants'],
];

const additions = {
  github: 'any sealed, BEGIN, insert scm, history, read scm, COMMIT',
  'github-actions':
    'any sealed, read scm, read target, read scm, BEGIN, insert pipeline, history, read pipeline, COMMIT, read scm, read target',
} as const;

/** `lock scm` for `select … from tenant_scm_integrations … for update` */
function kindOf(sql: string): string {
  if (/SET NAMES/.test(sql)) return 'session';
  if (/from `integrations_migrations` union all/.test(sql)) return 'basis';
  if (/select EXISTS/.test(sql)) return 'any sealed';
  if (/information_schema\.columns/.test(sql)) return 'columns';
  if (/from `tenant_integration_runs`/.test(sql)) return 'read runs';
  const table = /(?:from|into|update) `(?:tenant_)?([a-z]+)/.exec(sql)?.[1] ?? '';
  if (table === 'integration') return 'history';
  const verb = /\b(insert|update|delete)\b/.exec(sql.replace(/for update\s*$/, 'LOCK'))?.[1];
  if (table) return `${verb ?? (/for update\s*$/.test(sql) ? 'lock' : 'read')} ${table}`;
  return sql.replace(/[^A-Z]/g, '');
}

forEachServer((engine) => {
  test('asks each thing once, in few turns', async () => {
    const box = await workspace(engine);
    await addSample(box, 'app-store', 'app');
    const proxy = await proxyFor(box, {});
    const turnsOf = async (env: Record<string, string | undefined>, ...args: string[]): Promise<string> => {
      const { status, stderr } = await runHere(box, { env: { ...env, ...proxy.env } }, ...args);
      expect(status, `${args.join(' ')}: ${stderr}`).toBe(0);
      return proxy.turns().map(kindOf).join(', ');
    };
    const behindFirst = (turns: string) => ['session', 'basis', ...(turns ? [turns] : [])].join(', ');

    for (const [provider, name] of [
      ['github', 'code'],
      ['github-actions', 'build'],
    ] as const) {
      const { args, env } = addCommand(provider, name);
      expect(await turnsOf(env, ...args), provider).toBe(behindFirst(additions[provider]));
    }
    for (const [words, turns] of commands) {
      expect(await turnsOf({}, ...words.split(' '), '--yes'), words).toBe(behindFirst(turns));
    }
  });

  test('asks for what the host calls otherwise by itself', async () => {
    const box = await workspace(engine);
    await engine.sql(box, 'ALTER TABLE accounts DROP COLUMN name');
    const proxy = await proxyFor(box, {});
    const { status } = await runHere(box, { env: proxy.env }, 'scm', 'list');
    expect(status).toBe(0);
    expect(proxy.turns().map(kindOf)).toEqual([
      'session',
      'basis',
      'read integrations',
      'columns',
      'read tenants',
      'read scm',
    ]);
  });
});
