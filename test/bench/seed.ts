import type createKnex from 'knex';
import { accountId, type BenchEngine } from './databases.ts';

type Knex = ReturnType<typeof createKnex>;

/** So many tenants of so many integrations each. */
export interface Seed {
  /** Begins the number of each tenant and the ids in it, so that two seeds go into one database. */
  group: 'a' | 'b' | 'c';
  tenants: number;
  /** A power of ten, at least a hundred. */
  perTenant: number;
}

/** Nothing of a bench opens them: a text as long as a sealed token will do. */
const sealed = `v1.${'A'.repeat(220)}`;

/** The tenants of a seed are numbered from 0. */
export function seededTenant(group: Seed['group'], number: number): string {
  return `0199aab0-0000-7000-8000-${group}${String(number).padStart(11, '0')}`;
}

/** Of each hundred integrations, those of a category are these; `slot` is their number within it. */
const shares = {
  scm: 'slot < 30',
  // A tenant has one target of each type.
  target: 'slot IN (30, 31) AND i % per < 100',
  pipeline: 'slot BETWEEN 32 AND 69',
  communication: 'slot BETWEEN 70 AND 84',
  ticket: 'slot >= 85',
};

/** Inserts tenants with their integrations, one statement a table: the server makes the rows itself. */
export async function seed(knex: Knex, engine: BenchEngine, { group, tenants, perTenant }: Seed): Promise<void> {
  await unlimited(knex, engine);
  await knex.raw(
    `INSERT INTO tenants (id, displayName)
     ${numbersTo(tenants, 11)} SELECT CONCAT('0199aab0-0000-7000-8000-${group}', n), CONCAT('Tenant ${group}', i) FROM padded`,
  );
  const digits = 9 - Math.log10(perTenant);
  const common = {
    tenantId: `CONCAT('0199aab0-0000-7000-8000-${group}', SUBSTR(CONCAT('0000000000', SUBSTR(n, 1, ${digits})), -11))`,
    displayName: "CONCAT('mobile ', n)",
    configuredByAccountId: `'${accountId}'`,
    credentialExpiresAt: "'2026-12-05 00:00:00'",
  };
  const block = `CONCAT('_${group}', SUBSTR(n, 1, 7)`;
  const first = `CONCAT('_${group}', SUBSTR(n, 1, ${digits}), '${'0'.repeat(7 - digits)}'`;
  const own = {
    scm: {
      scmType: "'GITHUB'",
      organization: "CONCAT('acme-', n)",
      repositoryUrl: "CONCAT('https://github.com/acme-', n, '/mobile')",
      accessToken: `'${sealed}'`,
    },
    target: {
      targetType: "CASE WHEN slot = 30 THEN 'APP_STORE' ELSE 'PLAY_STORE' END",
      applePrivateKey: `'${sealed}'`,
    },
    pipeline: {
      pipelineType: "'GITHUB_ACTIONS'",
      githubWorkflowPath: "'.github/workflows/release.yml'",
      scmIntegrationId: `CONCAT('scm', ${block}, '10'))`,
      targetIntegrationId: `CONCAT('target', ${first}, '30'))`,
    },
    communication: { communicationType: "'SLACK'", slackBotToken: `'${sealed}'`, slackChannels: `'["#releases"]'` },
    ticket: { ticketSystemType: "'LINEAR'", linearApiKey: `'${sealed}'`, linearTeamId: "'MOB'" },
  };
  for (const [category, rule] of Object.entries(shares)) {
    const prefix = category === 'communication' ? 'comm' : category;
    const values: Record<string, string> = {
      id: `CONCAT('${prefix}_${group}', n)`,
      ...common,
      ...own[category as keyof typeof own],
    };
    await knex.raw(
      `INSERT INTO tenant_${category}_integrations (${Object.keys(values).join(', ')})
       ${numbersTo(tenants * perTenant, 9)} SELECT ${Object.values(values).join(', ')}
       FROM (SELECT i, n, i % 100 AS slot, ${perTenant} AS per FROM padded) AS slots WHERE ${rule}`,
    );
  }
}

/** What the history of a seed is about. */
export const busy = {
  tenant: seededTenant('a', 0),
  account: accountId,
  integrations: ['scm_a000000000', 'scm_a000000001', 'scm_a000000002'],
};

/**
 * So many lines of history, twenty a second as an `apply` leaves them: half of them of one tenant, nearly all by one
 * account, every hundredth about one of three integrations.
 */
export async function seedHistory(knex: Knex, engine: BenchEngine, count: number): Promise<void> {
  await unlimited(knex, engine);
  const second = `1700000000 + (i - i % 20) / 20`;
  const time = engine === 'sqlite' ? `datetime(${second}, 'unixepoch')` : `FROM_UNIXTIME(${second})`;
  const values = {
    id: "CONCAT('history_', n)",
    occurredAt: time,
    tenantId: `CASE WHEN i % 2 = 0 THEN '${busy.tenant}' ELSE CONCAT('0199aab0-0000-7000-8000-a0000000', SUBSTR(n, -4)) END`,
    tenantName: "'Tenant'",
    accountId: `CASE WHEN i % 1000 = 7 THEN 'account_rare' ELSE '${accountId}' END`,
    accountName: "CASE WHEN i % 1000 = 7 THEN 'rare@acme.test' ELSE 'bench@acme.test' END",
    osUser: "'root'",
    host: "'bench'",
    command: "'apply'",
    action: "'update'",
    category: "CASE WHEN i % 10 = 0 THEN 'scm' WHEN i % 1000 = 1 THEN 'key' ELSE 'pipeline' END",
    integrationId: `CASE WHEN i % 100 = 0 THEN CONCAT('scm_a00000000', (i / 100) % 3) ELSE CONCAT('scm_a', n) END`,
    displayName: "CONCAT('mobile ', n)",
    fields: `'[{"name":"defaultBranch","before":"main","after":"release"}]'`,
  };
  // MySQL divides into decimals, SQLite into whole numbers.
  if (engine !== 'sqlite') values.integrationId = values.integrationId.replace('(i / 100)', 'FLOOR(i / 100)');
  await knex.raw(
    `INSERT INTO tenant_integration_history (${Object.keys(values).join(', ')})
     ${numbersTo(count, 9)} SELECT ${Object.values(values).join(', ')} FROM padded`,
  );
}

/** Numbers `i` from 0, and the same as texts `n` of so many digits. */
function numbersTo(count: number, digits: number): string {
  return `WITH RECURSIVE numbers (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < ${count}),
    padded (i, n) AS (SELECT i, SUBSTR(CONCAT('${'0'.repeat(digits)}', i), -${digits}) FROM numbers)`;
}

async function unlimited(knex: Knex, engine: BenchEngine): Promise<void> {
  const limits = { sqlite: undefined, mariadb: 'max_recursive_iterations', mysql: 'cte_max_recursion_depth' };
  const limit = limits[engine];
  if (limit) await knex.raw(`SET SESSION ${limit} = 4294967295`);
}

/** Lets the engine know how its rows are spread, as servers find out by themselves in time. */
export async function analyze(knex: Knex, engine: BenchEngine): Promise<void> {
  if (engine === 'sqlite') return;
  const tables = ['scm', 'target', 'pipeline', 'communication', 'ticket'].map((name) => `tenant_${name}_integrations`);
  await knex.raw(
    `ANALYZE TABLE ${[...tables, 'tenant_integration_history', 'tenant_integration_runs', 'tenants'].join(', ')}`,
  );
}
