import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import type { Environment } from '../cli.ts';
import { checkout } from '../programs.ts';
import { type Exchange, type ProviderServer, providerServer, type RawReply, type Reply } from '../provider-server.ts';

/** What is answered in place of `ok`, to a channel or to the webhook. */
export type SlackAnswer = (exchange: Exchange, stand: () => void) => Reply | RawReply;

export interface SlackDouble {
  server: ProviderServer;
  env: Environment;
  /** What stands where people read it: a bot's channel, or `webhook`. */
  readonly standing: readonly { channel: string; payload: SlackPayload }[];
  /** By channel; `webhook` for that. */
  answers: Record<string, SlackAnswer>;
  /** Whether the address of a message is told. */
  tellsAddress: boolean;
}

export interface SlackPayload {
  channel?: string;
  text: string;
  blocks: { type: string; text?: { text: string }; fields?: { text: string }[]; elements?: { url?: string }[] }[];
  unfurl_links: boolean;
  unfurl_media: boolean;
}

type Method = { args: { required: string[]; properties: Record<string, unknown> } };

/** Slack's own description of its methods; the token comes as a header. */
function methodFits(name: string): (args: unknown) => string[] {
  const path = join(checkout, '..', 'shared', 'provider-specs', 'slack-methods-2026.json');
  const { args } = (JSON.parse(readFileSync(path, 'utf8')).methods as Record<string, Method>)[name] as Method;
  const validate = new Ajv({ strict: false, allErrors: true }).compile({
    ...args,
    required: args.required.filter((each) => each !== 'token'),
    additionalProperties: false,
  });
  return (given) =>
    validate(given) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** A Slack with a bot and a webhook, which remembers what was posted. */
export async function slackDouble(): Promise<SlackDouble> {
  const server = await providerServer();
  const standing: SlackDouble['standing'][number][] = [];
  const [posting, linking] = [methodFits('chat.postMessage'), methodFits('chat.getPermalink')];
  const double: SlackDouble = {
    server,
    env: { INTEGRATIONS_SLACK_API_URL: `${server.url}/api`, INTEGRATIONS_SLACK_WEBHOOK_URL: server.url },
    standing,
    answers: {},
    tellsAddress: true,
  };
  const refuseMisfits = (misfits: string[]) => {
    if (misfits.length > 0) throw new Error(misfits.join('\n'));
  };

  server.on('POST', '/api/chat.postMessage', (exchange) => {
    const payload = JSON.parse(exchange.body) as SlackPayload;
    // The description has the blocks as a form has them; in JSON they are what that text holds.
    refuseMisfits(posting({ ...payload, blocks: JSON.stringify(payload.blocks) }));
    const channel = payload.channel ?? '';
    const stand = () => void standing.push({ channel, payload });
    const own = double.answers[channel];
    if (own) return own(exchange, stand);
    stand();
    return posted(channel, standing.length);
  });
  server.on('GET', '/api/chat.getPermalink', ({ query }) => {
    refuseMisfits(linking(Object.fromEntries(query)));
    if (!double.tellsAddress) return { json: { ok: false, error: 'message_not_found' } };
    const permalink = `https://acme.slack.com/archives/${query.get('channel')}/p${query.get('message_ts')}`;
    return { json: { ok: true, channel: query.get('channel'), permalink } };
  });
  server.on('POST', /^\/services\//, (exchange) => {
    const payload = JSON.parse(exchange.body) as SlackPayload;
    const stand = () => void standing.push({ channel: 'webhook', payload });
    const own = double.answers['webhook'];
    if (own) return own(exchange, stand);
    stand();
    return word(200, 'ok');
  });
  return double;
}

/** The answer names the channel by its id. */
export function posted(channel: string, number: number): Reply {
  const id = channel.startsWith('#') ? 'C0RESOLVED' : channel;
  return { json: { ok: true, channel: id, ts: `1700000000.${String(number).padStart(6, '0')}`, message: {} } };
}

export function slackSays(error: string, rest: Partial<Reply> = {}): SlackAnswer {
  return () => ({ json: { ok: false, error }, ...rest });
}

/** A webhook announces its words as a page. */
export function word(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'text/html' }, body };
}

/** It stands there, and the answer comes to nobody. */
export const cutAfterPosting: SlackAnswer = (_exchange, stand) => {
  stand();
  return (response) => void response.socket?.resetAndDestroy();
};
