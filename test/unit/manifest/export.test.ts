import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { visible } from '../../../src/core/text.ts';
import type { ListedIntegration } from '../../../src/db/stores/codec.ts';
import { manifestDocuments, manifestText, type StoredTenant } from '../../../src/manifest/export.ts';

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
  return { ref, integrations: { scm: [], target: [], pipeline: [], communication: [], ticket } };
}

function items(stored: StoredTenant): Record<string, unknown>[] {
  return (manifestDocuments([stored], { credentials: 'env' })[0]?.['tickets'] ?? []) as never;
}

test('by name, in one form whatever the order of the rows', () => {
  const [one, two] = [aTicket('b'), aTicket('a', { isActive: false })];
  const text = manifestText([tenant('Acme', one, two)], { credentials: 'keep' });
  expect(text).toBe(manifestText([tenant('Acme', two, one)], { credentials: 'keep' }));
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

test('one document a tenant', () => {
  const text = manifestText([tenant('Acme', aTicket('a')), tenant('no')], { credentials: 'keep' });
  expect(parseAllDocuments(text).map((each) => each.toJS().tenant)).toEqual(['Acme', 'no']);
});

test('an end that the provider told is left out, one that somebody noted is not', () => {
  const noted = { credentialExpiresAt: '2027-06-30T00:00:00Z' };
  expect(items(tenant('Acme', aTicket('a', noted)))[0]).toMatchObject(noted);
});

describe('variables', () => {
  const variables = (stored: StoredTenant) => items(stored).map((item) => item['linearApiKey']);

  test.each<[tenant: string, name: string, variable: string]>([
    ['Acme', 'board', 'ACME_BOARD_API_KEY'],
    ['Acme & Söhne', 'the board', 'ACME_SOHNE_THE_BOARD_API_KEY'],
    ['日本', '掲示板', 'API_KEY'],
    ['3M', 'x', '_3M_X_API_KEY'],
    ['integrations', 'x', '_INTEGRATIONS_X_API_KEY'],
  ])('%s, %s', (ref, name, variable) => {
    expect(variables(tenant(ref, aTicket(name)))).toEqual([`env:${variable}`]);
  });

  test('each is there once', () => {
    expect(variables(tenant('Acme', aTicket('a b'), aTicket('a-b'), aTicket('a.b')))).toEqual([
      'env:ACME_A_B_API_KEY',
      'env:ACME_TICKET_A_B_API_KEY',
      'env:ACME_TICKET_A_B_API_KEY_2',
    ]);
  });
});

test.each(['\u00a0', '\u2003', ' ', 'a\n', '\u2028', 'a\u202eb', '\u0085', '\ufeff'])(
  'the text %j comes back, at the end of a document too, whatever is escaped when it is drawn',
  (value) => {
    const text = manifestText([tenant('Acme', aTicket('a', { linearTeamId: value }))], { credentials: 'keep' });
    const [read] = parseAllDocuments(visible(text));
    expect(read?.toJS().tickets).toMatchObject([{ linearTeamId: value }]);
  },
);
