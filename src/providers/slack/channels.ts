import { quotable } from '../../core/text.ts';
import { type Probe, Refusal } from '../../core/verification.ts';
import { at, textOf, unforeseen } from '../json-answer.ts';
import { slackCall, slackError, slackRequest } from './api.ts';

/** A channel as far as it matters for posting. */
export interface Channel {
  isArchived: boolean;
  isPrivate: boolean;
  /** Whether the bot is in it; undefined where Slack did not say. */
  isMember: boolean | undefined;
}

/** What is known of the token when its channels are looked up. */
export interface Grant {
  /** Undefined where Slack did not say. */
  scopes: readonly string[] | undefined;
  /** The team to list in, for an app of a whole organization. */
  team: string | undefined;
}

/** What was found under a configured id or name; undefined where the token may not look. */
export type Found = ReadonlyMap<string, Channel | undefined>;

// A page of 200 is what Slack recommends, and stays below the bound of an answer.
const pageSize = 200;
const maxPages = 10;

/** @throws Refusal for a channel that is not there */
export async function findChannels(probe: Probe, grant: Grant): Promise<Found> {
  const wanted = probe.list('slackChannels');
  const found = new Map<string, Channel | undefined>();
  const names = wanted.filter((channel) => channel.startsWith('#'));
  const listed = names.length > 0 ? await listChannels(probe, grant, names) : undefined;
  for (const channel of wanted) {
    if (!channel.startsWith('#')) found.set(channel, await channelInfo(probe, channel));
    else if (listed?.channels.has(channel)) found.set(channel, listed.channels.get(channel));
    else if (listed?.complete) throw absent(channel);
    else found.set(channel, undefined);
  }
  return found;
}

async function channelInfo(probe: Probe, id: string): Promise<Channel | undefined> {
  const request = slackRequest(probe, `conversations.info?channel=${encodeURIComponent(id)}`, {
    accept: (answer) => /^(missing_scope|channel_not_found)$/.test(slackError(answer) ?? ''),
  });
  const { answer, body } = await slackCall(probe, request);
  const error = slackError(answer);
  if (error === 'channel_not_found') throw absent(id);
  if (error !== undefined) return undefined;
  if (textOf(at(body, 'channel', 'id')) === undefined) throw unforeseen();
  return channelOf(body['channel']);
}

interface ChannelList {
  /** By `#name`. */
  channels: Map<string, Channel>;
  /** Whether every channel was seen that the bot could post in. */
  complete: boolean;
}

async function listChannels(probe: Probe, grant: Grant, names: readonly string[]): Promise<ChannelList> {
  const channels = new Map<string, Channel>();
  let [pages, isLast] = [0, false];
  for await (const page of channelPages(probe, grant)) {
    for (const channel of page.channels) {
      for (const name of [at(channel, 'name'), at(channel, 'name_normalized')]) {
        if (names.includes(`#${name}`)) channels.set(`#${name}`, channelOf(channel));
      }
    }
    [pages, isLast] = [pages + 1, page.isLast];
    if (pages === maxPages || names.every((name) => channels.has(name))) break;
  }
  return { channels, complete: isLast && listable(grant.scopes).length === allTypes.length };
}

/** Ends without a last page where the token may not list. */
export async function* channelPages(
  probe: Probe,
  { scopes, team }: Grant,
  more: Readonly<Record<string, string>> = {},
): AsyncGenerator<{ channels: readonly unknown[]; isLast: boolean }> {
  const types = listable(scopes);
  let cursor: string | undefined = '';
  while (types.length > 0 && cursor !== undefined) {
    const query = new URLSearchParams({ types: types.join(','), limit: String(pageSize), ...more });
    if (cursor !== '') query.set('cursor', cursor);
    if (team !== undefined) query.set('team_id', team);
    const request = slackRequest(probe, `conversations.list?${query}`, {
      accept: (answer) => slackError(answer) === 'missing_scope',
    });
    const { answer, body } = await slackCall(probe, request);
    if (slackError(answer) !== undefined) return;
    if (!Array.isArray(body['channels'])) throw unforeseen();
    cursor = textOf(at(body, 'response_metadata', 'next_cursor'));
    yield { channels: body['channels'], isLast: cursor === undefined };
  }
}

function channelOf(given: unknown): Channel {
  const isMember = at(given, 'is_im') === true || at(given, 'is_member');
  return {
    isArchived: at(given, 'is_archived') === true,
    isPrivate: at(given, 'is_private') === true,
    isMember: typeof isMember === 'boolean' ? isMember : undefined,
  };
}

const allTypes = [
  ['channels:read', 'public_channel'],
  ['groups:read', 'private_channel'],
] as const;

/** The kinds of channel that the scopes let a token list: asking for one more would refuse them all. */
function listable(scopes: readonly string[] | undefined): string[] {
  return allTypes.filter(([scope]) => scopes === undefined || scopes.includes(scope)).map(([, type]) => type);
}

function absent(channel: string): Refusal {
  return new Refusal('NOT_FOUND', {
    detail: `there is no channel ${quotable(channel)}, or the bot is not in it`,
    hint: 'Check the channel; if it is private, invite the bot.',
  });
}
