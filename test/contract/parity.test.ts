import { beforeAll, describe, expect, test } from 'vitest';
import { categories } from '../../src/core/category.ts';
import type { Database } from '../../src/db/queries.ts';
import { expectBetween } from '../support/bounds.ts';
import { aRow, tenantA, tenantB, workspace } from '../support/builders.ts';
import { type EngineKind, forEachEngine, kindOf } from '../support/engines.ts';

type Values = Record<string, string | number | null>;
type Statement = readonly [sql: string, params?: readonly (string | number | null)[]];
type Category = keyof typeof categories;

const accepted = 'accepted';
const refused = 'refused';

function insert(category: Category, values: Values = {}): Statement {
  const row: Values = { tenantId: tenantA, ...(aRow(category) as Values), ...values };
  const columns = Object.keys(row);
  return [
    `INSERT INTO ${categories[category].table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    Object.values(row),
  ];
}

const named = (displayName: string) => insert('ticket', { displayName });
const scmOf = (organization: string, more: Values = {}) => insert('scm', { organization, ...more });
const ticketWith = (column: string, value: string | number | null) => insert('ticket', { [column]: value });
const pipelineWith = (column: string, value: string | number | null) => insert('pipeline', { [column]: value });
const remove = (table: string, id: string): Statement => [`DELETE FROM ${table} WHERE id = ?`, [id]];
const change = (set: string, ...params: (string | number | null)[]): Statement => [
  `UPDATE tenant_scm_integrations SET ${set} WHERE id = 'scm_1'`,
  params,
];

/** Tenant A's scm_1 and target_1, which pipeline_1 uses, and the scm_2 and target_2 of tenant B, which nothing uses. */
const stored: readonly Statement[] = [
  insert('scm', { id: 'scm_1', organization: 'acme' }),
  insert('target', { id: 'target_1' }),
  insert('pipeline', { id: 'pipeline_1' }),
  insert('scm', { id: 'scm_2', tenantId: tenantB }),
  insert('target', { id: 'target_2', tenantId: tenantB }),
];

/** Each is asked of both engines: what one takes or refuses, the other does too. */
const questions: Record<string, readonly (readonly [title: string, answer: string, ...statements: Statement[]])[]> = {
  'tenants are separate': [
    ['a pipeline inside its tenant', accepted, insert('pipeline')],
    ['a pipeline on the SCM of another tenant', refused, pipelineWith('scmIntegrationId', 'scm_2')],
    ['a pipeline on the target of another tenant', refused, pipelineWith('targetIntegrationId', 'target_2')],
    [
      'a pipeline moved to another tenant',
      refused,
      ['UPDATE tenant_pipeline_integrations SET tenantId = ?', [tenantB]],
    ],
    ['a used SCM moved to another tenant', refused, change('tenantId = ?', tenantB)],
    ['a pipeline on an SCM that is not there', refused, pipelineWith('scmIntegrationId', 'scm_9')],
    ['a row of a tenant that is not there', refused, insert('ticket', { tenantId: tenantA.replace('a', 'c') })],
    ['a row by an account that is not there', refused, ticketWith('configuredByAccountId', 'account_9')],
    ['an id that another tenant has', refused, insert('scm', { id: 'scm_2' })],
    ['an id in capital letters beside the same in small ones', accepted, insert('scm', { id: 'SCM_2' })],
  ],
  names: [
    ['one name twice in a category', refused, named('board'), named('board')],
    [
      'one name in two tenants',
      accepted,
      named('board'),
      insert('ticket', { displayName: 'board', tenantId: tenantB }),
    ],
    ['one name in two categories', accepted, named('x'), insert('communication', { displayName: 'x' })],
    ['names that differ in case', accepted, named('Board'), named('board')],
    ['Zoë beside Zoe', accepted, named('Zoë'), named('Zoe')],
    ['two emoji', accepted, named('🚀'), named('🐛')],
    ['one emoji twice', refused, named('🚀'), named('🚀')],
    ['日本語', accepted, named('日本語')],
    ['Hiragana beside Katakana', accepted, named('はは'), named('ハハ')],
    ['the composed form beside the decomposed one', accepted, named('\u00e9'), named('e\u0301')],
    ['quotes, percent and backslash', accepted, named(`o'"\`%_\\;--`)],
    ['255 characters of four bytes', accepted, named('🚀'.repeat(255))],
    ['256 characters', refused, named('x'.repeat(256))],
    ['256 characters of two bytes', refused, named('é'.repeat(256))],
    ['none', refused, insert('ticket', { displayName: null })],
    ['one that ends in a blank beside one that does not', refused, named('board'), named('board ')],
    ['one that begins with a blank beside one that does not', accepted, named('board'), named(' board')],
  ],
  organizations: [
    ['one twice', refused, scmOf('org'), scmOf('org')],
    ['org beside ORG', refused, scmOf('org'), scmOf('ORG')],
    ['one at two hosts', accepted, scmOf('org'), scmOf('ORG', { scmType: 'GITLAB' })],
    ['one in two tenants', accepted, scmOf('org'), scmOf('ORG', { tenantId: tenantB })],
    ['other letters than ASCII', refused, scmOf('örg')],
    ['256 characters', refused, scmOf('x'.repeat(256))],
    ['group/sub.group_1-x', accepted, scmOf('group/sub.group_1-x')],
  ],
  'one target of each type': [
    ['a second App Store', refused, insert('target')],
    ['a Play Store beside it', accepted, insert('target', { targetType: 'PLAY_STORE' })],
  ],
  enums: [
    ...['GITHUB', 'GITLAB', 'BITBUCKET'].map((type) => [type, accepted, scmOf('x', { scmType: type })] as const),
    ...['JENKINS', 'GITHUB_ACTIONS', 'GITLAB_CI'].map(
      (type) => [type, accepted, pipelineWith('pipelineType', type)] as const,
    ),
    ...['SLACK', 'EMAIL', 'TEAMS'].map(
      (type) => [type, accepted, insert('communication', { communicationType: type })] as const,
    ),
    ...['JIRA', 'LINEAR', 'AZURE_DEVOPS'].map(
      (type) => [type, accepted, ticketWith('ticketSystemType', type)] as const,
    ),
    ...['NOT_VERIFIED', 'VALID', 'INVALID', 'EXPIRED'].map(
      (status) => [status, accepted, ticketWith('verificationStatus', status)] as const,
    ),
    ['valid', refused, ticketWith('verificationStatus', 'valid')],
    ['a status that is empty', refused, ticketWith('verificationStatus', '')],
    ['a type of 33 letters', refused, ticketWith('ticketSystemType', 'X'.repeat(33))],
    ['a type with letters that none has', refused, ticketWith('ticketSystemType', '日本語')],
    ['no status', accepted, ticketWith('verificationStatus', null)],
    ['no type', refused, ticketWith('ticketSystemType', null)],
  ],
  lengths: [
    ['a URL of 512 characters', accepted, ticketWith('jiraUrl', 'x'.repeat(512))],
    ['a URL of 513 characters', refused, ticketWith('jiraUrl', 'x'.repeat(513))],
    ['a reason of 1024 characters', accepted, ticketWith('verificationError', 'é'.repeat(1024))],
    ['a reason of 1025 characters', refused, ticketWith('verificationError', 'x'.repeat(1025))],
    ['an id of 255 characters', accepted, insert('ticket', { id: 'x'.repeat(255) })],
    ['an id of 256 characters', refused, insert('ticket', { id: 'x'.repeat(256) })],
    ['a sealed value of 65,535 bytes', accepted, ticketWith('jiraApiToken', 'x'.repeat(65_535))],
    ['a sealed value of 65,536 bytes', refused, ticketWith('jiraApiToken', 'x'.repeat(65_536))],
    ['a description of 65,535 bytes', accepted, pipelineWith('description', 'x'.repeat(65_535))],
    ['a description of 32,768 characters of two bytes', refused, pipelineWith('description', 'é'.repeat(32_768))],
    ['a sealed value with letters that none has', refused, ticketWith('jiraApiToken', '日本語')],
    ['an id with letters that none has', refused, insert('ticket', { id: 'ticket_日本語' })],
  ],
  JSON: [
    ['an object', accepted, ticketWith('epicTemplate', '{"summary": "日本語", "labels": [1, 2.5, true, null]}')],
    ['a list', accepted, insert('communication', { slackChannels: '["#releases"]' })],
    ['none', accepted, ticketWith('epicTemplate', null)],
    ['an empty text', refused, ticketWith('epicTemplate', '')],
    ['half an object', refused, ticketWith('epicTemplate', '{"summary": ')],
    ['a comma too many', refused, ticketWith('epicTemplate', '[1,]')],
    ['single quotes', refused, ticketWith('epicTemplate', "{'summary': 1}")],
    ['a word', refused, ticketWith('epicTemplate', 'summary')],
    ['two values', refused, ticketWith('epicTemplate', '{} {}')],
    ['a name without quotes', refused, ticketWith('epicTemplate', '{summary: 1}')],
  ],
  'dates and numbers': [
    ['a moment', accepted, ticketWith('lastVerifiedAt', '2028-02-29 23:59:59')],
    ['none', accepted, ticketWith('lastVerifiedAt', null)],
    ['February 30', refused, ticketWith('lastVerifiedAt', '2026-02-30 00:00:00')],
    ['February 29 of a year without one', refused, ticketWith('lastVerifiedAt', '2026-02-29 00:00:00')],
    ['hour 24', refused, ticketWith('lastVerifiedAt', '2026-02-03 24:00:00')],
    ['second 60', refused, ticketWith('lastVerifiedAt', '2026-12-31 23:59:60')],
    ['the zero date', refused, ticketWith('lastVerifiedAt', '0000-00-00 00:00:00')],
    ['a month of zero', refused, ticketWith('lastVerifiedAt', '2026-00-10 00:00:00')],
    ['a word', refused, ticketWith('lastVerifiedAt', 'yesterday')],
    ['an empty text', refused, ticketWith('lastVerifiedAt', '')],
    ['a timeout', accepted, pipelineWith('buildTimeout', 2_147_483_647)],
    ['a timeout that is too large', refused, pipelineWith('buildTimeout', 2_147_483_648)],
    ['a timeout in words', refused, pipelineWith('buildTimeout', 'an hour')],
    ['a switch', accepted, pipelineWith('triggerOnRelease', 0)],
    ['a switch in words', refused, pipelineWith('triggerOnRelease', 'on')],
    ['a switch that is too large', refused, pipelineWith('triggerOnRelease', 128)],
  ],
  'what is required': [
    ['a token', refused, insert('scm', { accessToken: null })],
    ['an organization', refused, insert('scm', { organization: null })],
    ['an SCM', refused, pipelineWith('scmIntegrationId', null)],
    ['an account', refused, ticketWith('configuredByAccountId', null)],
    ['a tenant', refused, insert('ticket', { tenantId: null })],
  ],
  removing: [
    ['an SCM in use', refused, remove('tenant_scm_integrations', 'scm_1')],
    ['a target in use', refused, remove('tenant_target_integrations', 'target_1')],
    ['an SCM that nothing uses', accepted, remove('tenant_scm_integrations', 'scm_2')],
    [
      'a pipeline, then its SCM and target',
      accepted,
      remove('tenant_pipeline_integrations', 'pipeline_1'),
      remove('tenant_scm_integrations', 'scm_1'),
      remove('tenant_target_integrations', 'target_1'),
    ],
    ['a tenant with all it has', accepted, remove('tenants', tenantA)],
    ['a tenant without pipelines', accepted, remove('tenants', tenantB)],
    ['an account in use', refused, remove('accounts', 'account_1')],
    [
      'an account that nothing names',
      accepted,
      remove('tenants', tenantA),
      remove('tenants', tenantB),
      remove('accounts', 'account_1'),
    ],
    ['a new id for an SCM in use', refused, change("id = 'scm_9'")],
    ['a new id for a tenant that has rows', refused, ['UPDATE tenants SET id = ?', ['t']]],
  ],
};

/** SQLite leaves the types to the program, so that a later provider's can be added. */
const ofTypes = { server: refused, sqlite: accepted };

const differences: readonly (readonly [title: string, answers: Record<EngineKind, string>, ...Statement[]])[] = [
  ['a day without a time', { server: accepted, sqlite: refused }, ticketWith('lastVerifiedAt', '2026-02-03')],
  [
    'a fraction of a second',
    { server: accepted, sqlite: refused },
    ticketWith('lastVerifiedAt', '2026-02-03 01:02:03.5'),
  ],
  ['an enum with a blank behind it', { server: accepted, sqlite: refused }, ticketWith('verificationStatus', 'VALID ')],
  ['a type in small letters', ofTypes, scmOf('x', { scmType: 'github' })],
  ['a type of another category', ofTypes, ticketWith('ticketSystemType', 'GITHUB')],
  ['an empty type', ofTypes, ticketWith('ticketSystemType', '')],
  ['a timeout with a fraction', { server: accepted, sqlite: refused }, pipelineWith('buildTimeout', 1.5)],
  ['an organization beside it with a blank', { server: refused, sqlite: accepted }, scmOf('org'), scmOf('org ')],
];

/** What a database says to statements that it may take or refuse, but has to understand. */
async function ask(database: Database, statements: readonly Statement[]): Promise<string> {
  const transaction = await database.queries.transaction();
  try {
    for (const [sql, params = []] of statements) await transaction.raw(sql, [...params]);
    return accepted;
  } catch (error) {
    expect((error as { code?: string }).code).toMatch(constraints);
    return refused;
  } finally {
    await transaction.rollback();
  }
}

// 4025 is MariaDB's refusal by a CHECK; the driver gives it the name that MySQL's own 4025 has.
const constraints =
  /^(SQLITE_CONSTRAINT_\w+|ER_DUP_ENTRY|ER_(NO_REFERENCED_ROW|ROW_IS_REFERENCED)_2|ER_BAD_NULL_ERROR|ER_DATA_TOO_LONG|WARN_DATA_TRUNCATED|ER_TRUNCATED_WRONG_VALUE(_FOR_FIELD)?|ER_WARN_DATA_OUT_OF_RANGE|ER_INNODB_AUTOEXTEND_SIZE_OUT_OF_RANGE|ER_INVALID_JSON_TEXT)$/;

forEachEngine((engine) => {
  let database: Database;

  const began = Date.now();
  beforeAll(async () => {
    database = (await workspace(engine)).database;
    for (const [sql, params = []] of stored) await database.queries.raw(sql, [...params]);
  });

  for (const [topic, cases] of Object.entries(questions)) {
    describe(topic, () => {
      for (const [title, answer, ...statements] of cases) {
        test(`${title}: ${answer}`, async () => expect(await ask(database, statements)).toBe(answer));
      }
    });
  }

  describe('where the engines differ', () => {
    for (const [title, answers, ...statements] of differences) {
      test(`${title}: ${answers[kindOf(engine)]}`, async () => {
        expect(await ask(database, statements)).toBe(answers[kindOf(engine)]);
      });
    }
  });

  describe('times', () => {
    async function times(...statements: string[]) {
      for (const statement of statements) await database.queries.raw(`UPDATE tenant_scm_integrations SET ${statement}`);
      const row = await database.queries('tenant_scm_integrations').where({ id: 'scm_1' }).first();
      return { created: Date.parse(`${row.createdAt}Z`), updated: Date.parse(`${row.updatedAt}Z`) };
    }
    const longAgo = Date.parse('2020-01-01T00:00:00Z');

    test("a new row's are in UTC, whatever the zone of the server", async () => {
      const { created, updated } = await times();
      expectBetween(began, created);
      expectBetween(began, updated);
    });

    test('updatedAt moves with a change', async () => {
      const moved = Date.now();
      const { created, updated } = await times("updatedAt = '2020-01-01 00:00:00'", "defaultBranch = 'trunk'");
      expectBetween(began, created);
      expectBetween(moved, updated);
    });

    test('updatedAt stays when a verdict is written that says so', async () => {
      const verdict = "verificationStatus = 'VALID', lastVerifiedAt = '2026-01-01 00:00:00', updatedAt = updatedAt";
      expect((await times("updatedAt = '2020-01-01 00:00:00'", verdict)).updated).toBe(longAgo);
    });

    test('updatedAt can be set', async () => {
      const set = "updatedAt = '2020-01-01 00:00:00'";
      expect((await times("updatedAt = '2021-01-01 00:00:00'", `defaultBranch = 'main', ${set}`)).updated).toBe(
        longAgo,
      );
    });
  });
});
