import { describe, expect, it } from 'vitest';
import { hasLoneSurrogate } from '../../../../src/core/text.ts';
import { email } from '../../../../src/providers/email/index.ts';
import { emailOf } from '../../../../src/providers/email/message.ts';
import { aMessage, sent } from '../../../support/messages/acting.ts';
import { headerOf, smtpDouble } from '../../../support/messages/smtp.ts';

const from = 'Acme Releases <releases@acme.test>';

describe('an e-mail', () => {
  it('goes to one recipient, and is the same message each time it is tried', async () => {
    const double = await smtpDouble();
    for (const _ of [1, 2]) {
      expect(await sent(email, 'boss@acme.test', { env: double.env })).toMatchObject({
        state: 'accepted',
        detail: '127.0.0.1 takes it',
        providerId: `<${'ab'.repeat(32)}@acme.test>`,
      });
    }
    const ids = double.received.map(({ text }) => headerOf(text, 'Message-ID'));
    expect(ids).toEqual(Array(2).fill(`<${'ab'.repeat(32)}@acme.test>`));
    const [{ to, text } = { to: '', text: '' }] = double.received;
    expect([to, headerOf(text, 'To'), headerOf(text, 'Bcc')]).toEqual(['boss@acme.test', 'boss@acme.test', undefined]);
    expect(headerOf(text, 'X-Auto-Response-Suppress')).toBe('All');
    expect(text).not.toContain('team@acme.test');
  });

  it('is not sent where no mail server is configured, and says what to set', async () => {
    expect(await sent(email, 'boss@acme.test', { env: {} })).toMatchObject({
      outcome: 'not sent',
      kind: 'MALFORMED',
      hint: expect.stringContaining('INTEGRATIONS_SMTP_URL'),
    });
  });

  it('has no markup of somebody else, and fetches nothing', () => {
    const title = '<img src=x onerror="y">';
    const { html, text, subject } = emailOf(from, 'a@acme.test', { ...aMessage, title }, 'ab');
    expect(html).toContain('&lt;img src=x onerror=&quot;y&quot;&gt;');
    expect(html).toContain('href="https://acme.test/r?a=1&amp;b=2"');
    expect(html).not.toMatch(/<(img|script|link|style)/);
    expect(text).toContain('Branch: release/2.4');
    expect(subject).toBe(title);
  });

  it('has a subject of one line that is not too long', () => {
    const { subject } = emailOf(from, 'a@acme.test', { ...aMessage, title: '😀'.repeat(200) }, 'ab');
    expect(subject.length).toBeLessThanOrEqual(150);
    expect(hasLoneSurrogate(subject)).toBe(false);
  });
});
