import { describe, expect, it } from 'vitest';
import type { NotDone } from '../../../../src/core/client.ts';
import { hasLoneSurrogate } from '../../../../src/core/text.ts';
import { slack } from '../../../../src/providers/slack/index.ts';
import { slackMessage } from '../../../../src/providers/slack/message.ts';
import { aMessage, sent } from '../../../support/messages/acting.ts';
import { cutAfterPosting, type SlackAnswer, slackDouble, slackSays, word } from '../../../support/messages/slack.ts';
import { page } from '../../../support/provider-server.ts';

type Expected = [outcome: NotDone['outcome'], kind: NotDone['kind']];

const channel = 'C0123456789';

async function answered(answer: SlackAnswer, to = channel, without: string[] = []) {
  const double = await slackDouble();
  double.answers[to] = answer;
  const came = await sent(slack, to, { env: double.env, without });
  return { came, double };
}

describe('a bot', () => {
  it('posts in its channels, and not by the webhook that is stored beside', async () => {
    const double = await slackDouble();
    expect(await sent(slack, '#releases', { env: double.env })).toMatchObject({
      state: 'delivered',
      providerId: '1700000000.000001',
      place: { channel: 'C0RESOLVED', ts: '1700000000.000001' },
    });
    await expect(sent(slack, 'webhook', { env: double.env })).rejects.toThrow('no destination');
    const [request] = double.server.requests;
    expect(request?.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(double.standing).toHaveLength(1);
    expect(double.standing[0]?.payload).toMatchObject({ unfurl_links: false, unfurl_media: false });
  });

  it.each<[string, ...Expected]>([
    ['not_in_channel', 'refused', 'NOT_FOUND'],
    ['channel_not_found', 'refused', 'NOT_FOUND'],
    ['is_archived', 'refused', 'NOT_FOUND'],
    ['restricted_action', 'refused', 'PROVIDER_BLOCKED'],
    ['restricted_action_thread_only_channel', 'refused', 'PROVIDER_BLOCKED'],
    ['messages_tab_disabled', 'refused', 'PROVIDER_BLOCKED'],
    ['app_access_restricted', 'refused', 'PROVIDER_BLOCKED'],
    ['slack_connect_file_link_sharing_blocked', 'refused', 'PROVIDER_BLOCKED'],
    ['ekm_access_denied', 'refused', 'PROVIDER_BLOCKED'],
    ['org_login_required', 'refused', 'PROVIDER_BLOCKED'],
    ['team_not_found', 'refused', 'MALFORMED'],
    ['invalid_blocks', 'refused', 'MALFORMED'],
    ['msg_blocks_too_long', 'refused', 'MALFORMED'],
    ['invalid_auth', 'refused', 'INVALID'],
    ['token_expired', 'refused', 'EXPIRED'],
    ['token_revoked', 'refused', 'REVOKED'],
    ['missing_scope', 'refused', 'INSUFFICIENT'],
    ['never_heard_of', 'refused', undefined],
    ['rate_limited', 'not sent', 'RATE_LIMITED'],
    ['message_limit_exceeded', 'not sent', 'RATE_LIMITED'],
    ['internal_error', 'uncertain', 'UNREACHABLE'],
    ['fatal_error', 'uncertain', 'UNREACHABLE'],
    ['service_unavailable', 'uncertain', 'UNREACHABLE'],
    ['request_timeout', 'uncertain', 'UNREACHABLE'],
  ])('%s is %s', async (error, outcome, kind) => {
    const { came } = await answered(slackSays(error));
    expect(came).toMatchObject({ outcome, kind });
    if (error === 'never_heard_of') expect((came as NotDone).message).toContain('never_heard_of');
  });

  it.each<[string, SlackAnswer, ...Expected]>([
    ['cut behind the message', cutAfterPosting, 'uncertain', 'UNREACHABLE'],
    ['a fault', () => ({ status: 503, body: 'no' }), 'uncertain', 'UNREACHABLE'],
    ['a page', () => page, 'uncertain', 'UNREACHABLE'],
    ['no place told', () => ({ json: { ok: true } }), 'uncertain', 'UNREACHABLE'],
  ])('%s leaves it uncertain', async (_, answer, outcome, kind) => {
    expect((await answered(answer)).came).toMatchObject({ outcome, kind });
  });

  it('is told how long to wait', async () => {
    const limited = slackSays('ratelimited', { status: 429, headers: { 'retry-after': '7' } });
    expect((await answered(limited)).came).toMatchObject({ outcome: 'not sent', retryAfterS: 7 });
  });
});

describe('a webhook', () => {
  const hook = (answer: SlackAnswer) => answered(answer, 'webhook', ['slackBotToken', 'slackChannels']);

  it('takes a message, which says nothing of where it is', async () => {
    const double = await slackDouble();
    const came = await sent(slack, 'webhook', { env: double.env, without: ['slackBotToken', 'slackChannels'] });
    expect(came).toMatchObject({ state: 'accepted', providerId: null });
    expect(double.standing[0]?.payload.channel).toBeUndefined();
  });

  it.each<[number, string, ...Expected]>([
    [403, 'invalid_token', 'refused', 'INVALID'],
    [404, 'no_service', 'refused', 'REVOKED'],
    [404, 'channel_not_found', 'refused', 'NOT_FOUND'],
    [410, 'channel_is_archived', 'refused', 'NOT_FOUND'],
    [400, 'invalid_payload', 'refused', 'MALFORMED'],
    [400, 'never_heard_of', 'refused', undefined],
    [500, 'rollup_error', 'uncertain', 'UNREACHABLE'],
    [200, 'maybe', 'uncertain', 'UNREACHABLE'],
    [429, 'rate_limited', 'not sent', 'RATE_LIMITED'],
  ])('%i %s is %s', async (status, text, outcome, kind) => {
    expect((await hook(() => word(status, text))).came).toMatchObject({ outcome, kind });
  });

  it('is not taken for what stands in front of it', async () => {
    expect((await hook(() => page)).came).toMatchObject({ outcome: 'uncertain' });
    expect((await hook(() => ({ ...page, status: 403 }))).came).toMatchObject({ outcome: 'uncertain' });
  });
});

describe('the form', () => {
  it('escapes what would be a mention or a link, and makes none of a name', () => {
    const facts = [{ name: 'Title', value: '<!channel> & <https://x|y>' }];
    const { blocks, text } = slackMessage({ ...aMessage, facts }) as unknown as {
      text: string;
      blocks: { fields?: { text: string; verbatim: boolean }[] }[];
    };
    const [field] = blocks.flatMap(({ fields = [] }) => fields);
    expect(field).toMatchObject({
      text: '*Title*\n&lt;!channel&gt; &amp; &lt;https://x|y&gt;',
      verbatim: true,
    });
    expect(text).toContain('Title: &lt;!channel&gt; &amp; ');
    expect(text).toContain('https://acme.test/r?a=1&amp;b=2');
  });

  it('keeps to the limits, whatever it is given, and cuts no character and no escape in two', () => {
    const long = '😀&'.repeat(10_000);
    const facts = Array.from({ length: 30 }, (_, index) => ({ name: `${long}${index}`, value: long }));
    const message = slackMessage({ title: long, facts, link: aMessage.link }) as unknown as {
      text: string;
      blocks: { text?: { text: string }; fields?: { text: string }[]; elements?: { text: unknown }[] }[];
    };
    const [header, section, context] = message.blocks;
    expect(header?.text?.text.length).toBeLessThanOrEqual(150);
    expect(section?.fields).toHaveLength(10);
    for (const { text } of section?.fields ?? []) {
      expect(text.length).toBeLessThanOrEqual(2000);
      expect(text).toMatch(/…$/);
      expect(text.replaceAll('&amp;', '')).not.toContain('&');
      expect(hasLoneSurrogate(text)).toBe(false);
    }
    expect(context?.elements?.[0]?.text).toBe('and 20 more');
    expect(JSON.stringify(message.blocks).length).toBeLessThan(13_200);
    expect(message.text.length).toBeLessThan(4_200);
  });
});
