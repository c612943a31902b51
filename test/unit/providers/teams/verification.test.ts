import { expect, it } from 'vitest';
import { teams } from '../../../../src/providers/teams/index.ts';
import { sampleOf } from '../../../support/samples.ts';
import { ask, told } from '../../../support/verify.ts';

const [url = ''] = sampleOf('teams').credentials.map(({ value }) => value);

it('is valid and unproven, and nothing is sent', async () => {
  const verdict = await ask(teams, { teamsWebhookUrl: url, teamsChannelId: '19:abc123@thread.tacv2' });
  expect(verdict).toMatchObject({ outcome: 'valid', errorCode: null, expiresAt: null, account: null });
  expect(told(verdict)).toBe('credential: unproven, resource: unproven, permission: unproven');
});

it('sends nothing, not even where it would be refused', async () => {
  const asked: string[] = [];
  await teams.verification.run({
    secret: () => url,
    check: (name: string, step: () => Promise<unknown>) => step().then(() => asked.push(name)),
  } as never);
  expect(asked).toEqual(['credential', 'resource', 'permission']);
});

it('has to have a URL', async () => {
  expect(await ask(teams, {})).toMatchObject({ outcome: 'undecided', errorCode: 'MALFORMED' });
});
