import { describe, expect, it } from 'vitest';
import { teamsMessage } from '../../../../src/providers/teams/card.ts';
import { aMessage } from '../../../support/messages/acting.ts';
import { type Card, cardMisfits } from '../../../support/messages/teams.ts';

const cardOf = (message: unknown) =>
  (message as { attachments: { content: Card }[] }).attachments[0]?.content ?? { body: [] };

describe('a card', () => {
  it('fits the schema in the envelope that flows read', () => {
    const message = teamsMessage(aMessage);
    expect(cardMisfits(message as never)).toEqual([]);
    expect(cardOf(message).actions).toMatchObject([{ url: aMessage.link }]);
    expect(cardMisfits(teamsMessage({ title: 'x', facts: [], link: undefined }) as never)).toEqual([]);
  });

  it('is never text alone, which a flow takes and then fails on', () => {
    expect(Object.keys(teamsMessage({ title: 'x', facts: [], link: undefined }))).toEqual(['type', 'attachments']);
    expect(cardMisfits({ type: 'message', text: 'x' } as never)).not.toEqual([]);
  });

  it('escapes what Markdown reads', () => {
    const { body } = cardOf(teamsMessage({ ...aMessage, title: '[x](y) *z* a_b #1 \\' }));
    expect(body[0]?.text).toBe('\\[x\\]\\(y\\) \\*z\\* a\\_b \\#1 \\\\');
  });

  it('stays small enough for Teams, which counts its own envelope too', () => {
    const facts = Array.from({ length: 30 }, (_, index) => ({ name: `name ${index}`, value: '日*'.repeat(9_000) }));
    const message = teamsMessage({ title: '日'.repeat(9_000), facts, link: `https://acme.test/${'x'.repeat(2_000)}` });
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(20_000);
    expect(cardMisfits(message as never)).toEqual([]);
    expect(cardOf(message).body.at(-1)?.text).toBe('and 20 more');
  });
});
