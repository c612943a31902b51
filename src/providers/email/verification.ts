import { quotable, sentenceList } from '../../core/text.ts';
import { type Probe, Refusal, type Verification } from '../../core/verification.ts';
import { emailAnswers } from './answers.ts';

/**
 * The mail server and its password belong to the environment, not to the integration; the recipients' domains are what
 * can be looked up of it. Nothing is sent, and no recipient is named to a server: some count that as spying.
 */
export const emailVerification: Verification = {
  checks: ['credential', 'resource', 'permission'],
  async run(probe) {
    await probe.check('credential', async () =>
      probe.mail.configured
        ? probe.mail.signIn(emailAnswers)
        : { outcome: 'unproven', detail: 'no mail server is configured (INTEGRATIONS_SMTP_URL)' },
    );
    await probe.check('resource', () => checkDomains(probe));
    await probe.check('permission', async () => ({
      outcome: 'unproven',
      detail: 'only a message would prove that the server lets it send from this address',
    }));
  },
};

async function checkDomains(probe: Probe) {
  const domains = [
    ...new Set(probe.list('emailRecipients').map((address) => address.slice(address.lastIndexOf('@') + 1))),
  ];
  const takes = await Promise.all(domains.map((domain) => probe.mail.takesMail(domain)));
  const dead = domains.filter((_, index) => !takes[index]);
  if (dead.length === 0) return { detail: 'the domains of its recipients accept mail' };
  throw new Refusal('NOT_FOUND', {
    detail: `no mail is accepted at ${sentenceList(dead.map((domain) => quotable(domain)))}`,
    hint: 'Correct the recipients.',
  });
}
