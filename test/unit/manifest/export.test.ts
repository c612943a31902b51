import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { visible } from '../../../src/core/text.ts';
import type { ListedIntegration } from '../../../src/db/stores/codec.ts';
import { manifestDocument, manifestPieces, manifestText, type StoredTenant } from '../../../src/manifest/export.ts';

function aTicket(displayName: string, more: Record<string, unknown> = {}): ListedIntegration {
  return {
    id: `ticket_${displayName}`,
    tenantId: 'acme',
    displayName,
    ticketSystemType: 'LINEAR',
    linearApiKey: true,
    linearTeamId: 'MOB',
    linearDefaultProjectId: null,
    autoCreateEpics: null,
    epicTemplate: null,
    credentialExpiresAt: null,
    lastVerifiedAt: null,
    verificationStatus: 'NOT_VERIFIED',
    verificationError: null,
    isActive: true,
    configuredByAccountId: 'a',
    createdAt: '',
    updatedAt: '',
    ...more,
  } as ListedIntegration;
}

function tenant(ref: string, ...ticket: ListedIntegration[]): StoredTenant {
  return { ref, integrations: async (name) => (name === 'ticket' ? ticket : []) };
}

async function items(stored: StoredTenant): Promise<Record<string, unknown>[]> {
  return ((await manifestDocument(stored, { credentials: 'env' }))['tickets'] ?? []) as never;
}

test('by name, in one form whatever the order of the rows', async () => {
  const [one, two] = [aTicket('b'), aTicket('a', { isActive: false })];
  const text = await manifestText([tenant('Acme', one, two)], { credentials: 'keep' });
  expect(text).toBe(await manifestText([tenant('Acme', two, one)], { credentials: 'keep' }));
  expect(text).toBe(`tenant: Acme
tickets:
  - name: a
    type: linear
    linearApiKey: keep
    linearTeamId: MOB
    autoCreateEpics: null
    active: false
  - name: b
    type: linear
    linearApiKey: keep
    linearTeamId: MOB
    autoCreateEpics: null
`);
});

test('what would be escaped when it is drawn is JSON, and nothing beside it', async () => {
  const [odd, plain] = [aTicket('a', { linearTeamId: 'a\u202eb' }), aTicket('b')];
  const text = await manifestText([tenant('Acme', odd, plain)], { credentials: 'keep' });
  expect(visible(text).split('\n').slice(0, 4)).toEqual([
    'tenant: Acme',
    'tickets:',
    '  - {"name":"a","type":"linear","linearApiKey":"keep","linearTeamId":"a\\u202eb","autoCreateEpics":null}',
    '  - name: b',
  ]);
});

test.each([[{ '<<': { summary: 'x' } }], [{ fields: [{ '<<': 'x' }, { a: { '<<': null } }] }]])(
  'a key of %j that merges where it is not quoted is quoted',
  async (epicTemplate) => {
    const text = await manifestText([tenant('Acme', aTicket('a', { epicTemplate }))], { credentials: 'keep' });
    expect(text).toContain(JSON.stringify(epicTemplate));
  },
);

test('JSON is one object a tenant, as its YAML', async () => {
  const stored = tenant('Acme', aTicket('a'), aTicket('b'));
  let text = '';
  for await (const piece of manifestPieces([stored], 'json', { credentials: 'keep' })) text += piece;
  const document = await manifestDocument(stored, { credentials: 'keep' });
  expect(text).toBe(`${JSON.stringify(document, null, 2)}\n`);
});

test.each(['\u2028', '\u2029', 'a\rb', 'a\nb'])('JSON leaves %j as it is', async (text) => {
  const stored = tenant('Acme', aTicket('a', { epicTemplate: { summary: text } }));
  let json = '';
  for await (const piece of manifestPieces([stored], 'json', { credentials: 'keep' })) json += piece;
  expect(JSON.parse(json).tickets).toMatchObject([{ epicTemplate: { summary: text } }]);
});

test('one document a tenant', async () => {
  const text = await manifestText([tenant('Acme', aTicket('a')), tenant('no')], { credentials: 'keep' });
  expect(parseAllDocuments(text).map((each) => each.toJS().tenant)).toEqual(['Acme', 'no']);
});

test('an end that the provider told is left out, one that somebody noted is not', async () => {
  const noted = { credentialExpiresAt: '2027-06-30T00:00:00Z' };
  expect((await items(tenant('Acme', aTicket('a', noted))))[0]).toMatchObject(noted);
});

describe('variables', () => {
  const variables = (stored: StoredTenant) => items(stored).then((all) => all.map((item) => item['linearApiKey']));

  test.each<[tenant: string, name: string, variable: string]>([
    ['Acme', 'board', 'ACME_BOARD_API_KEY'],
    ['Acme & Söhne', 'the board', 'ACME_SOHNE_THE_BOARD_API_KEY'],
    ['日本', '掲示板', 'API_KEY'],
    ['3M', 'x', '_3M_X_API_KEY'],
    ['integrations', 'x', '_INTEGRATIONS_X_API_KEY'],
  ])('%s, %s', async (ref, name, variable) => {
    expect(await variables(tenant(ref, aTicket(name)))).toEqual([`env:${variable}`]);
  });

  test('each is there once', async () => {
    expect(await variables(tenant('Acme', aTicket('a b'), aTicket('a-b'), aTicket('a.b')))).toEqual([
      'env:ACME_A_B_API_KEY',
      'env:ACME_TICKET_A_B_API_KEY',
      'env:ACME_TICKET_A_B_API_KEY_2',
    ]);
  });
});

test.each(['\u00a0', '\u2003', ' ', 'a\n', '\u2028', 'a\u202eb', '\u0085', '\ufeff'])(
  'the text %j comes back, at the end of a document too, whatever is escaped when it is drawn',
  async (value) => {
    const text = await manifestText([tenant('Acme', aTicket('a', { linearTeamId: value }))], { credentials: 'keep' });
    const [read] = parseAllDocuments(visible(text));
    expect(read?.toJS().tickets).toMatchObject([{ linearTeamId: value }]);
  },
);
