import { Unfit } from '../../core/field.ts';
import { text, token } from '../../core/field-builders.ts';
import { addressIn, decodedPart } from '../../core/pasted/address.ts';
import { defineProvider } from '../../core/provider.ts';
import { Undecided } from '../../core/verification.ts';
import { teamsMessages } from './actions.ts';
import { teamsEnvironment } from './environment.ts';

// Where Workflows (Power Automate) answers: trufflehog's detector of Teams webhooks; Databricks DQX docs.
// National clouds: Microsoft Learn, 'Power Automate US Government', 'Logic Apps in Azure China' and 'IP address configuration'.
const workflowHost =
  /\.(environment\.api\.(gov\.|high\.)?powerplatform\.(com|us|cn|microsoft\.us|partner\.microsoftonline\.cn)|environment\.api\.appsplatform\.us|logic\.azure\.(com|us|cn))$/;
const connectorHost = /(\.webhook\.office\.com|^outlook\.office(365)?\.com)$/;

export const teams = defineProvider({
  name: 'teams',
  title: 'Microsoft Teams',
  category: 'communication',
  prefix: 'teams',
  // Nothing can be read through a workflow's URL, and every call to it starts the flow; so none is made.
  verification: {
    checks: ['credential', 'resource', 'permission'],
    async run(probe) {
      await probe.check('credential', async () => {
        if (!probe.secret('teamsWebhookUrl')) throw new Undecided('MALFORMED', { detail: 'it has no webhook URL' });
        return { outcome: 'unproven', detail: 'the URL has the shape of a workflow; asking would start the flow' };
      });
      await probe.check('resource', async () => ({
        outcome: 'unproven',
        detail: 'a webhook does not say which channel it posts in',
      }));
      await probe.check('permission', async () => ({ outcome: 'unproven', detail: 'only a message would prove it' }));
    },
  },
  environment: teamsEnvironment,
  actions: { message: teamsMessages },
  listField: 'teamsChannelId',
  fields: {
    teamsWebhookUrl: token({
      label: 'Webhook URL',
      help: 'Of a workflow that posts in the channel; the whole URL, including its sig',
      example: 'env:TEAMS_WEBHOOK_URL',
      whereToGet: 'Teams, the channel, Workflows, "Send webhook alerts to a channel"',
      permissions: 'Who can trigger the flow: anyone',
      unaddressed: true,
      pattern: /^https:\/\/[^/]+\/\S*\/triggers\/[^/]+\/paths\/invoke\/?\?\S/i,
      normalise: workflowUrl,
      warn: oddHost,
    }),
    teamsChannelId: text({
      label: 'Channel id',
      help: 'For your own reference; a webhook does not say which channel it posts in',
      example: '19:abc123@thread.tacv2',
      optional: true,
      normalise: channelId,
      warn: (id) =>
        /^19:[^@\s]+@thread\.(tacv2|skype)$/.test(id)
          ? undefined
          : 'A channel id usually looks like 19:…@thread.tacv2.',
    }),
  },
});

function oddHost(value: string): string | undefined {
  const { hostname } = new URL(value);
  if (hostname.endsWith('.logic.azure.com')) {
    return 'This is the older address of a workflow (logic.azure.com); if it no longer answers, copy the URL again.';
  }
  return workflowHost.test(hostname)
    ? undefined
    : 'The host of the URL is not one that Teams workflows are known to have: make sure that the URL comes from Microsoft.';
}

/** The id in a link to the channel, or as it is. */
function channelId(given: string): string {
  return (
    /\/l\/channel\/([^/?]+)/
      .exec(addressIn(given)?.pathname ?? '')
      ?.slice(1)
      .map(decodedPart)[0] ?? given
  );
}

/** The URL as it was given: its query is signed. */
function workflowUrl(given: string): string {
  const address = URL.parse(given);
  if (address && connectorHost.test(address.hostname)) {
    throw new Unfit('is an Office 365 connector; Microsoft retired them in May 2026: make a workflow instead');
  }
  if (address?.protocol !== 'https:' || address.port !== '' || address.username || address.password) {
    throw new Unfit('must be the https address of a Teams workflow (….environment.api.powerplatform.com)');
  }
  if (!/\/triggers\/[^/]+\/paths\/invoke\/?$/.test(address.pathname)) {
    throw new Unfit('must be the https address of a Teams workflow, with a path that ends in /triggers/…/paths/invoke');
  }
  const missing = ['api-version', 'sp', 'sv', 'sig'].filter((name) => !address.searchParams.get(name));
  if (missing.length > 0)
    throw new Unfit(
      `has no "${missing.join('", "')}" in its query; copy the whole URL, of a flow that anyone can trigger`,
    );
  return given;
}
