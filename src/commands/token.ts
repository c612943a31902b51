import {
  type AccessToken,
  addAccessToken,
  findAccessToken,
  listAccessTokens,
  readScopes,
  removeAccessToken,
} from '../app/access-tokens.ts';
import type { Context } from '../context.ts';
import { accessScopes, scopesInWords } from '../core/access-token.ts';
import { usage } from '../core/error.ts';
import { quotable } from '../core/text.ts';
import { moment } from '../core/time.ts';
import { type Data, manyOf, type OneView, type View } from '../output/view.ts';
import { type Command, type Input, switchFlag, textFlag } from './command.ts';
import { confirm } from './confirm.ts';
import { durationFlag } from './verification/options.ts';

const tokenKeys = [
  'id',
  'name',
  'tenantId',
  'tenantName',
  'scopes',
  'accountId',
  'createdAt',
  'expiresAt',
  'lastUsedAt',
];

export const token: Command = {
  name: 'token',
  summary: 'Tokens for the API: add, list, remove',
  description: 'A token is for one tenant, or with --all-tenants for each. None of its scopes shows a credential.',
  commands: [
    {
      name: 'add',
      summary: 'Make a token and print it, only this once',
      flags: [
        { name: 'name', value: 'text', help: 'What it is for (required)' },
        {
          name: 'scope',
          value: 'scopes',
          help: `What it may do, separated by commas: ${accessScopes.join(', ')} (required)`,
        },
        { name: 'expires-in', value: 'duration', help: 'When it ends: 24h, 90d; never where it is not given' },
        { name: 'all-tenants', help: 'For every tenant' },
      ],
      examples: ['integrations token add --name dashboard --scope read,verify --expires-in 90d'],
      closing: `Scopes; none includes another:\n${accessScopes.map((scope) => `  ${scope.padEnd(9)}${scopesInWords[scope]}`).join('\n')}`,
      keys: [...tokenKeys, 'token'],
      shownOnce: 'token',
      run: add,
    },
    {
      name: 'list',
      summary: 'List the tokens that reach the tenant',
      flags: [{ name: 'all-tenants', help: 'Those of every tenant' }],
      examples: ['integrations token list'],
      run: list,
    },
    {
      name: 'remove',
      summary: 'Revoke a token; it stops working at once',
      args: [{ name: 'ref', help: 'Its name or its id', required: true }],
      examples: ['integrations token remove dashboard'],
      keys: tokenKeys,
      run: remove,
    },
  ],
};

async function add(context: Context, input: Input): Promise<OneView> {
  const name = textFlag(input, 'name');
  const scope = textFlag(input, 'scope');
  const missing = [name === undefined && '--name', scope === undefined && '--scope'].filter(Boolean);
  if (name === undefined || scope === undefined) {
    throw usage(`missing: ${missing.join(', ')}`, {
      hint: 'integrations token add --name dashboard --scope read --expires-in 90d',
    });
  }
  const length = durationFlag(input, 'expires-in');
  const { text, token } = await addAccessToken(context, {
    name,
    scopes: readScopes(scope),
    expiresAt: length === undefined ? null : moment(new Date(Date.now() + length)),
    tenant: switchFlag(input, 'all-tenants') ? undefined : await context.tenant(),
  });
  context.note(`Added the token "${quotable(token.name)}". It is not shown again.`);
  const shown = text.reveal();
  const { data, lines, ...view } = oneToken(token);
  return { ...view, data: { ...data, token: shown }, lines: [...lines, ['Token', shown]] };
}

async function list(context: Context, input: Input): Promise<View> {
  const tenant = switchFlag(input, 'all-tenants') ? undefined : await context.tenant();
  return manyOf((await listAccessTokens(context, tenant)).map(dataOf), {
    columns: [
      { title: 'Name', text: (data) => quotable(String(data['name']), 255) },
      { title: 'Tenant', text: tenantText },
      { title: 'Scopes', text: scopesText, wraps: true },
      { title: 'Ends', text: (data) => dayOf(data['expiresAt'], 'never') },
      { title: 'Last used', text: (data) => dayOf(data['lastUsedAt'], 'never'), spare: 1 },
      { title: 'Id', text: (data) => String(data['id']), copied: true, beneath: true },
    ],
    keys: tokenKeys,
    name: (data) => String(data['id']),
    empty: 'No tokens yet: integrations token add --name NAME --scope read',
  });
}

async function remove(context: Context, input: Input): Promise<OneView> {
  const tenant = await context.tenant();
  const found = await findAccessToken(context, tenant, input.args[0] ?? '');
  const whose = found.tenantId === null ? 'all tenants' : `tenant "${quotable(tenant.displayName ?? tenant.id)}"`;
  await confirm(context, {
    message: `Revoke the token "${quotable(found.name)}" of ${whose}? Whoever uses it is refused from then on.`,
    asks: 'removing asks first',
  });
  await removeAccessToken(context, tenant, found);
  context.note(`Removed the token "${quotable(found.name)}" of ${whose}.`);
  return oneToken(found);
}

function dataOf(token: AccessToken): Data {
  const { id, name, tenantId, tenantName, scopes, accountId, createdAt, expiresAt, lastUsedAt } = token;
  return { id, name, tenantId, tenantName, scopes: [...scopes], accountId, createdAt, expiresAt, lastUsedAt };
}

function oneToken(token: AccessToken): OneView {
  const data = dataOf(token);
  return {
    kind: 'one',
    data,
    name: token.id,
    lines: [
      ['Name', quotable(token.name, 255)],
      ['Tenant', tenantText(data)],
      ['Scopes', scopesText(data)],
      ['Ends', dayOf(token.expiresAt, 'never')],
      ['Id', token.id],
    ],
  };
}

function tenantText({ tenantId, tenantName }: Data): string {
  return tenantId === null ? 'all' : quotable(String(tenantName ?? tenantId), 255);
}

/** Rights that do not open allow nothing. */
function scopesText({ scopes }: Data): string {
  return Array.isArray(scopes) && scopes.length > 0 ? scopes.join(', ') : 'none: does not open';
}

function dayOf(time: unknown, otherwise: string): string {
  return typeof time === 'string' ? time.slice(0, 10) : otherwise;
}
