import { Unfit } from '../../core/field.ts';
import { list, token } from '../../core/field-builders.ts';
import { addressIn } from '../../core/pasted/address.ts';
import { defineProvider } from '../../core/provider.ts';
import { slackMessages } from './actions.ts';
import { slackApi, slackScopes } from './api.ts';
import { slackEnvironment } from './environment.ts';
import { slackListings } from './listings.ts';
import { slackVerification } from './verification.ts';
import { slackWebhooks } from './webhook.ts';

// The second one is GovSlack's (caronc/apprise pull request 1463, ansible-collections/community.general 10270).
const webhookHosts = ['hooks.slack.com', 'hooks.slack-gov.com'];

export const slack = defineProvider({
  name: 'slack',
  title: 'Slack',
  category: 'communication',
  prefix: 'slack',
  apis: [slackApi, slackWebhooks],
  audience: () => [slackApi.base],
  tellsExpiry: true,
  verification: slackVerification,
  listings: slackListings,
  environment: slackEnvironment,
  actions: { message: slackMessages },
  listField: 'slackChannels',
  fields: {
    slackBotToken: token({
      label: 'Bot token',
      help: 'Posts in the channels you name; leave it empty to use only a webhook',
      example: 'env:SLACK_BOT_TOKEN',
      optional: true,
      asked: true,
      whereToGet: 'api.slack.com/apps, your app, OAuth and Permissions, Bot User OAuth Token',
      permissions: `${slackScopes.needed[0]}, with ${slackScopes.useful.join(' and ')} to check the channels`,
      madeAt: () => [{ address: appPage() }],
      // gitleaks rules; 'xoxe.' in front: token rotation.
      pattern: /^(xoxe\.)?xoxb-\d{10,13}-\d{10,13}[A-Za-z0-9-]*$/,
      refuse: [
        [/^(xoxe\.)?xoxp-/, 'is a user token (xoxp-); give the bot token (xoxb-)'],
        [/^xapp-/, 'is an app-level token (xapp-); give the bot token (xoxb-)'],
        [/^xoxe-/, 'is a refresh token (xoxe-); give the bot token (xoxb-)'],
        [/^xox[acdors]-/, 'is a token of a legacy or internal kind; give the bot token (xoxb-)'],
        [/^https?:/i, 'is an address; it belongs in slackWebhookUrl'],
      ],
      warn: (value) =>
        value.startsWith('xoxe.')
          ? 'A rotating bot token (xoxe.) expires within hours, and integrations does not renew it.'
          : undefined,
    }),
    slackChannels: list({
      label: 'Channels',
      flag: 'channel',
      help: 'Where the bot posts: names or ids; invite it to them in Slack',
      example: '#releases',
      requiredWhen: (given) => given('slackBotToken'),
      entry: channel,
    }),
    slackWebhookUrl: token({
      label: 'Webhook URL',
      help: 'An incoming webhook; it posts in the one channel that it was made for',
      example: 'env:SLACK_WEBHOOK_URL',
      requiredWhen: (given) => !given('slackBotToken'),
      insteadOf: 'slackBotToken',
      whereToGet: 'api.slack.com/apps, your app, Incoming Webhooks',
      permissions: 'incoming-webhook, which comes with it',
      madeAt: () => [{ address: 'https://api.slack.com/apps' }],
      unaddressed: true,
      // trufflehog's Slack webhook detector.
      pattern: /^https:\/\/hooks\.slack(-gov)?\.com\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\/[A-Za-z0-9]{23,25}$/,
      normalise: webhookUrl,
    }),
  },
});

/** Where an app is made that may do what is needed (Slack docs, 'Configuring apps with app manifests'). */
function appPage(): string {
  const manifest = {
    display_information: { name: 'integrations' },
    features: { bot_user: { display_name: 'integrations' } },
    oauth_config: { scopes: { bot: [...slackScopes.needed, ...slackScopes.useful] } },
  };
  return `https://api.slack.com/apps?new_app=1&manifest_json=${encodeURIComponent(JSON.stringify(manifest))}`;
}

/** An id as it is; a name with `#`, in small letters as Slack has them. What somebody marked as a name is an id only with a digit. */
function channel(copied: string): string {
  const given = channelIn(copied);
  const name = given.replace(/^#/, '');
  const isId = /^[CGD][A-Z0-9]{8,}$/.test(name);
  if (isId && (name === given || /\d/.test(name))) return name;
  if (/^[UW][A-Z0-9]{8,}$/.test(name) || !/^[^\s#@<>,.:;"'`/\\]{1,80}$/u.test(name)) {
    throw new Unfit('must be names or ids, for example #releases or C0123456789');
  }
  return `#${name.toLowerCase()}`;
}

/** The id in what "Copy link" gives, in the address of the web client, or in a mention. */
function channelIn(given: string): string {
  const mention = /^<#([CGD][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(given)?.[1];
  const address = addressIn(given);
  const isSlacks = address && /(^|\.)slack(-gov)?\.com$/.test(address.hostname);
  const linked = isSlacks
    ? /^\/(?:archives|client\/[TE][A-Z0-9]+)\/([CGD][A-Z0-9]{8,})(?:\/|$)/.exec(address.pathname)?.[1]
    : undefined;
  return mention ?? linked ?? given;
}

function webhookUrl(given: string): string {
  const address = URL.parse(given);
  const known = address?.protocol === 'https:' && webhookHosts.includes(address.host);
  if (!known || address.username || address.password) {
    throw new Unfit('must be an address that starts with https://hooks.slack.com/services/');
  }
  // Posting to these starts a workflow of the user's own making.
  if (/^\/(workflows|triggers)\//.test(address.pathname)) {
    throw new Unfit('starts a workflow of Workflow Builder; give an incoming webhook (/services/)');
  }
  if (!address.pathname.startsWith('/services/')) {
    throw new Unfit('must be an address that starts with https://hooks.slack.com/services/');
  }
  return address.href;
}
