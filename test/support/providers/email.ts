import type { Fixture } from '../provider-fixture.ts';

export const fixture: Fixture = {
  contract: 'recipient* from-address*',
  columns: 'emailRecipients emailFromAddress:255',
  sample: {
    flags: [
      ...['--recipient', 'team@acme.test', '--recipient', 'boss@acme.test'],
      ...['--from-address', 'Acme Releases <releases@acme.test>'],
    ],
    stored: {
      emailRecipients: ['team@acme.test', 'boss@acme.test'],
      emailFromAddress: 'Acme Releases <releases@acme.test>',
    },
    credentials: [],
    change: { flags: ['--recipient', 'all@acme.test'], stored: { emailRecipients: ['all@acme.test'] } },
  },
  answers: {},
  valid: { checks: 'passed passed unproven', account: null, expiresAt: null },
  listed: {},
  mishaps: {
    INVALID: { mail: 535 },
    EXPIRED: { mail: 535 },
    NOT_FOUND: { domain: 'nothing' },
    RATE_LIMITED: { mail: 450 },
    UNREACHABLE: { domain: 'fail' },
  },
};
