import { scopeNotes } from '../../core/scopes.ts';
import { quotable, sentenceList } from '../../core/text.ts';
import { type Finding, type Probe, Refusal, type Verification } from '../../core/verification.ts';
import { textOf, unforeseen } from '../json-answer.ts';
import { slackAnswers } from './answers.ts';
import { slackCall, slackRequest, slackScopes } from './api.ts';
import { type Channel, type Found, findChannels, type Grant } from './channels.ts';
import { askWebhook } from './webhook.ts';

/** With a bot token, a webhook or both: all that is set has to work. Nothing is posted. */
export const slackVerification: Verification = {
  checks: ['credential', 'resource', 'permission'],
  answers: slackAnswers,
  async run(probe) {
    const { grant } = await checkCredential(probe);
    const { found } = await checkChannels(probe, grant);
    await checkPermission(probe, grant, found);
  },
};

interface CredentialFinding extends Finding {
  /** Undefined where there is no bot token. */
  grant: Grant | undefined;
}

function checkCredential(probe: Probe): Promise<CredentialFinding> {
  return probe.check('credential', async () => {
    const grant = probe.secret('slackBotToken') ? await askToken(probe) : undefined;
    const webhook = probe.secret('slackWebhookUrl');
    if (webhook) await askWebhook(probe, webhook);
    const details = [...(grant ? ['Slack accepts the bot token'] : []), ...(webhook ? ['the webhook answers'] : [])];
    return { detail: sentenceList(details), grant };
  });
}

/** Whom the token is for, and what it may do. */
export async function askToken(probe: Probe): Promise<Grant> {
  // Changes nothing, so it may be sent again.
  const request = slackRequest(probe, 'auth.test', { method: 'POST', repeatable: true });
  const { answer, body } = await slackCall(probe, request);
  if (textOf(body['user_id']) === undefined) throw unforeseen();
  const [user, team, seconds] = [textOf(body['user']), textOf(body['team']), body['expires_in']];
  // Only a token that rotates has it. They are counted by Slack's clock.
  const theirs = probe.now().getTime() + answer.clockAhead * 1000;
  if (typeof seconds === 'number' && seconds > 0) probe.endsAt(new Date(theirs + seconds * 1000));
  if (user !== undefined) probe.accountIs(team === undefined ? user : `${user} in ${team}`);
  const scopes = answer.header('x-oauth-scopes')?.split(',');
  return {
    scopes: scopes?.map((scope) => scope.trim()).filter(Boolean),
    team: body['is_enterprise_install'] === true ? textOf(body['team_id']) : undefined,
  };
}

interface ChannelFinding extends Finding {
  found: Found;
}

function checkChannels(probe: Probe, grant: Grant | undefined): Promise<ChannelFinding> {
  return probe.check('resource', async (): Promise<ChannelFinding> => {
    if (!grant)
      return { outcome: 'unproven', detail: 'a webhook does not say which channel it posts in', found: new Map() };
    const found = await findChannels(probe, grant);
    const archived = named(found, (channel) => channel?.isArchived === true);
    if (archived !== '')
      throw new Refusal('NOT_FOUND', { detail: `archived: ${archived}`, hint: 'Unarchive it, or name another.' });
    const unseen = named(found, (channel) => channel === undefined);
    if (unseen === '') return { detail: 'its channels are there', found };
    return {
      outcome: 'unproven',
      detail: `could not be looked up: ${unseen}; add the scopes channels:read and groups:read, or give the id`,
      found,
    };
  });
}

function checkPermission(probe: Probe, grant: Grant | undefined, found: Found): Promise<Finding> {
  return probe.check('permission', async (): Promise<Finding> => {
    if (!grant) return { outcome: 'unproven', detail: 'only a message would prove that it may post' };
    const { scopes } = grant;
    if (scopes && !scopes.includes('chat:write')) {
      throw new Refusal('INSUFFICIENT', {
        detail: 'the bot token lacks the scope chat:write',
        hint: 'Add it: api.slack.com/apps, your app, OAuth and Permissions; then install the app again.',
      });
    }
    const mayPostUninvited = scopes?.includes('chat:write.public') ?? true;
    const shut = named(found, (channel) => channel?.isMember === false && (channel.isPrivate || !mayPostUninvited));
    if (shut !== '') {
      throw new Refusal('INSUFFICIENT', {
        detail: `the bot is not in ${shut}`,
        hint: 'Invite it in Slack: /invite and its name.',
      });
    }
    const unproven = named(found, (channel) => channel?.isMember !== true);
    if (!scopes) return { outcome: 'unproven', detail: 'Slack did not say what the bot token may do' };
    const notes = scopeNotes(scopes, slackScopes);
    if (unproven !== '') {
      const open = `it has chat:write; whether it may post in ${unproven} is not known`;
      return { outcome: 'unproven', detail: [open, ...notes].join('; ') };
    }
    return { detail: ['it has chat:write and is in its channels', ...notes].join('; ') };
  });
}

/** Those channels of the configured ones. */
function named(found: Found, is: (channel: Channel | undefined) => boolean): string {
  return sentenceList([...found].filter(([, channel]) => is(channel)).map(([name]) => quotable(name)));
}
