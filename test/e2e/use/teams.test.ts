import { beforeAll, expect, it } from 'vitest';
import type { Sandbox } from '../../support/cli.ts';
import { sqlite } from '../../support/engines.ts';
import { boxWith } from '../../support/messages/box.ts';
import { type TeamsDouble, teamsDouble } from '../../support/messages/teams.ts';
import { page, type RawReply, type Reply } from '../../support/provider-server.ts';

let [box, teams] = [undefined as unknown as Sandbox, undefined as unknown as TeamsDouble];

beforeAll(async () => {
  teams = await teamsDouble();
  box = await boxWith(sqlite, {}, 'teams');
});

const flowSays = (status: number, code: string): Reply => ({ status, json: { error: { code, message: 'no' } } });

it.each<[string, Reply | RawReply, status: number, outcome: string, errorCode: string | null]>([
  ['is switched off', flowSays(400, 'WorkflowTriggerIsNotEnabled'), 3, 'refused', 'REVOKED'],
  ['wants something else', flowSays(400, 'TriggerInputSchemaMismatch'), 8, 'refused', 'MALFORMED'],
  ['has another signature', flowSays(401, 'DirectApiAuthorizationRequired'), 3, 'refused', 'INVALID'],
  ['is behind a policy', flowSays(401, 'DirectApiInvalidAuthorizationScheme'), 8, 'refused', 'PROVIDER_BLOCKED'],
  ['does not know the signature', flowSays(403, 'AuthorizationFailed'), 3, 'refused', 'INVALID'],
  ['is gone', flowSays(404, 'WorkflowNotFound'), 3, 'refused', 'REVOKED'],
  ['finds it too large', { status: 413, json: {} }, 8, 'refused', 'MALFORMED'],
  ['says what nobody knows', flowSays(400, 'NeverHeardOf'), 8, 'refused', null],
  ['is busy', { status: 429, json: {}, headers: { 'retry-after': '60' } }, 5, 'not_sent', 'RATE_LIMITED'],
  ['is broken', { status: 502, json: {} }, 5, 'uncertain', 'UNREACHABLE'],
  ['is hidden by a page', page, 5, 'uncertain', 'UNREACHABLE'],
])('a flow that %s is asked once, and its answer told', async (_, reply, status, outcome, errorCode) => {
  const asked = teams.server.requests.length;
  teams.answer = () => reply;
  const run = await box.runWith({ env: teams.env }, 'communication', 'test', 'teams', '--yes', '--json');
  expect(run.status, run.stderr).toBe(status);
  expect(JSON.parse(run.stdout)).toMatchObject([{ destination: 'webhook', outcome, errorCode }]);
  expect(teams.server.requests).toHaveLength(asked + 1);
  expect(teams.started).toEqual([]);
});
