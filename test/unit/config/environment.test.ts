import { expect, test } from 'vitest';
import { readSettings } from '../../../src/config/environment.ts';

test('white space around a setting is no part of it; a password, a ring and what is not ours stay', () => {
  expect(
    readSettings({
      INTEGRATIONS_DATABASE_URL: ' sqlite:/a b.db\r\n',
      INTEGRATIONS_TENANT: 'Acme\r',
      INTEGRATIONS_NO_INPUT: ' \n',
      INTEGRATIONS_DATABASE_PASSWORD: ' p\n',
      INTEGRATIONS_SMTP_PASSWORD: 'p ',
      INTEGRATIONS_DATABASE_PASSWORD_FILE: '/run/p\n',
      INTEGRATIONS_KEYRING: ' \n',
      INTEGRATIONS_KEYRING_FILE: '/run/ring\r\n',
      ACME_TOKEN: ' t\n',
      UNSET: undefined,
    }),
  ).toEqual({
    INTEGRATIONS_DATABASE_URL: 'sqlite:/a b.db',
    INTEGRATIONS_TENANT: 'Acme',
    INTEGRATIONS_NO_INPUT: '',
    INTEGRATIONS_DATABASE_PASSWORD: ' p\n',
    INTEGRATIONS_SMTP_PASSWORD: 'p ',
    INTEGRATIONS_DATABASE_PASSWORD_FILE: '/run/p',
    INTEGRATIONS_KEYRING: ' \n',
    INTEGRATIONS_KEYRING_FILE: '/run/ring',
    ACME_TOKEN: ' t\n',
    UNSET: undefined,
  });
});
