import { createPrivateKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Unfit } from '../../../../src/core/field.ts';
import { playStore } from '../../../../src/providers/play-store/index.ts';
import { ec, encrypted, pem, rsa, shortRsa } from '../../../support/private-keys.ts';
import { read, refusal, stored, warning } from '../reads.ts';

describe('googlePrivateKey', () => {
  test('takes PKCS#1, says so, and stores PKCS#8', () => {
    expect(read(playStore, 'googlePrivateKey', pem(rsa.privateKey, 'pkcs1'))).toEqual({
      stored: pem(rsa.privateKey),
      warnings: ['The private key came as "RSA PRIVATE KEY"; it is stored as PKCS#8.'],
    });
  });

  test.each([
    ['1024 bits', pem(shortRsa.privateKey), 'has 1024 bits'],
    ['EC', pem(ec.privateKey), 'is of the kind ec'],
    ['encrypted PKCS#1', encrypted(rsa.privateKey, 'pkcs1'), 'protected by a passphrase'],
  ])('refuses %s', (_, given, reason) => {
    expect(refusal(playStore, 'googlePrivateKey', given)).toContain(reason);
  });
});

const keyFile = {
  type: 'service_account',
  project_id: 'acme',
  private_key: pem(rsa.privateKey),
  client_email: 'release@acme.iam.gserviceaccount.com',
};

describe('the JSON key file of a service account', () => {
  const [bundle] = playStore.bundles;

  function unpack(text: string): unknown {
    try {
      return bundle?.unpack(text);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      return error.message;
    }
  }

  test('fills e-mail and key, which then read as they are', () => {
    const parts = bundle?.unpack(JSON.stringify(keyFile, null, 2)) ?? {};
    expect(Object.keys(parts)).toEqual(bundle?.fills);
    expect(stored(playStore, 'googleServiceAccountEmail', parts.googleServiceAccountEmail)).toBe(keyFile.client_email);
    const key = stored(playStore, 'googlePrivateKey', parts.googlePrivateKey);
    expect(createPrivateKey(`${key}`).equals(rsa.privateKey)).toBe(true);
  });

  test('may start with a byte order mark', () => {
    expect(unpack(`\ufeff${JSON.stringify(keyFile)}`)).toMatchObject({
      googleServiceAccountEmail: keyFile.client_email,
    });
  });

  test.each([
    ['no JSON', 'sentinel-text', 'is not JSON'],
    ['cut off', JSON.stringify(keyFile).slice(0, -20), 'is not JSON'],
    ['another kind', JSON.stringify({ ...keyFile, type: 'authorized_user' }), 'must be "service_account"'],
    ['an OAuth client', JSON.stringify({ installed: { client_id: 'x' } }), 'has no "client_email"'],
    [
      'without key',
      JSON.stringify({ ...keyFile, private_key: undefined }),
      'has no "client_email" or no "private_key"',
    ],
    ['a list', '[]', 'has no "client_email"'],
    ['null', 'null', 'has no "client_email"'],
  ])('that is %s is refused without quoting it', (_, text, reason) => {
    const refused = unpack(text);
    expect(refused).toContain(reason);
    expect(refused).not.toMatch(/sentinel|BEGIN|acme/);
  });

  test('is taken as the private key too', () => {
    expect(stored(playStore, 'googlePrivateKey', JSON.stringify(keyFile))).toBe(pem(rsa.privateKey));
    expect(refusal(playStore, 'googlePrivateKey', '{"private_key":')).toContain('is JSON without a private key');
  });
});

describe('play-store', () => {
  test.each([
    ['googleServiceAccountEmail', 'Release-2@acme.iam.gserviceaccount.com', 'release-2@acme.iam.gserviceaccount.com'],
    ['googleServiceAccountEmail', 'a@p.acme.test.iam.gserviceaccount.com', 'a@p.acme.test.iam.gserviceaccount.com'],
    ['googlePackageName', 'com.acme.app_2', 'com.acme.app_2'],
  ])('%s stores %s as %s', (field, given, kept) => {
    expect(stored(playStore, field, given)).toBe(kept);
  });

  test.each(['acme@appspot.gserviceaccount.com', '123-compute@developer.gserviceaccount.com'])(
    '%s draws a warning',
    (given) => {
      expect(warning(playStore, 'googleServiceAccountEmail', given)).toContain(
        'does not look like that of a service account',
      );
    },
  );

  test.each([
    ['googleServiceAccountEmail', 'jane@gmail.com'],
    ['googleServiceAccountEmail', 'a@evilgserviceaccount.com'],
    ['googleServiceAccountEmail', 'a@x.iam.gserviceaccount.com.acme.test'],
    ['googlePackageName', 'app'],
    ['googlePackageName', 'com.acme.2app'],
    ['googlePackageName', 'com.acme.my-app'],
    ['googlePackageName', 'com..app'],
  ])('%s refuses %s', (field, given) => {
    expect(refusal(playStore, field, given)).toContain(`${field} must be`);
  });
});
