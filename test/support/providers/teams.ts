import { credential, type Fixture, letters } from '../provider-fixture.ts';

const flow =
  'https://acme.12.environment.api.powerplatform.com/workflows/1/triggers/manual/paths/invoke' +
  '?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=';

export const fixture: Fixture = {
  contract: 'webhook-url!* channel-id',
  columns: 'teamsWebhookUrl teamsChannelId:255',
  sample: {
    flags: ['--channel-id', '19:abc123@thread.tacv2'],
    stored: { teamsChannelId: '19:abc123@thread.tacv2' },
    credentials: [credential('teamsWebhookUrl', 'webhook-url', letters('teams', 43), [flow, ''])],
    change: { flags: ['--channel-id', '19:def456@thread.tacv2'], stored: { teamsChannelId: '19:def456@thread.tacv2' } },
  },
  answers: {},
  valid: { checks: 'unproven unproven unproven', account: null, expiresAt: null },
  listed: {},
  mishaps: {},
};
