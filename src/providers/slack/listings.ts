import type { Choice, Listing } from '../../core/listing.ts';
import { type Probe, Refusal } from '../../core/verification.ts';
import { at, textOf } from '../json-answer.ts';
import { slackScopes } from './api.ts';
import { channelPages } from './channels.ts';
import { askToken } from './verification.ts';

/** What Slack lists: the channels that are not archived, as far as the scopes show them. */
export const slackListings: Readonly<Record<string, Listing>> = {
  slackChannels: { needs: ['slackBotToken'], pages: channels },
};

async function* channels(probe: Probe): AsyncGenerator<Choice[]> {
  let seen = false;
  for await (const page of channelPages(probe, await askToken(probe), { exclude_archived: 'true' })) {
    seen = true;
    yield page.channels.map(choiceOf);
  }
  if (seen) return;
  throw new Refusal('INSUFFICIENT', {
    detail: `the bot token lacks the scopes ${slackScopes.useful.join(' and ')}`,
    hint: 'Add them: api.slack.com/apps, your app, OAuth and Permissions; then install the app again.',
  });
}

function choiceOf(channel: unknown): Choice {
  const name = textOf(at(channel, 'name'));
  const notes = [
    at(channel, 'is_private') === true ? 'private' : '',
    at(channel, 'is_member') === false ? 'the bot is not in it' : '',
  ];
  return {
    value: textOf(at(channel, 'id')) ?? '',
    label: name && `#${name}`,
    hint: notes.filter(Boolean).join(', '),
  };
}
