import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Unfit } from '../../../src/core/field.ts';
import type { Provider } from '../../../src/core/provider.ts';
import { appStore } from '../../../src/providers/app-store/index.ts';
import { playStore } from '../../../src/providers/play-store/index.ts';
import { read, refusal, stored, warning } from '../providers/reads.ts';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const ed25519 = generateKeyPairSync('ed25519');

function pem(key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' | 'spki' = 'pkcs8'): string {
  return key.export({ type, format: 'pem' } as never).toString();
}

function encrypted(key: KeyObject, type: 'pkcs8' | 'pkcs1' = 'pkcs8'): string {
  return key.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hunter2' }).toString();
}

function labelled(text: string, label: string): string {
  return text.replaceAll('PRIVATE KEY', label);
}

const stores: [Provider, string, KeyObject][] = [
  [appStore, 'applePrivateKey', ec.privateKey],
  [playStore, 'googlePrivateKey', rsa.privateKey],
];

describe.each(stores)('private key of $name', (provider, field, key) => {
  const canonical = pem(key);

  test.each([
    ['PEM', canonical],
    ['PEM with CRLF', canonical.replaceAll('\n', '\r\n')],
    ['PEM with literal \\n', canonical.replaceAll('\n', '\\n')],
    ['PEM with literal \\r\\n', canonical.replaceAll('\n', '\\r\\n')],
    ['base64 of PEM', Buffer.from(canonical).toString('base64')],
    ['base64 of PEM with CRLF', Buffer.from(canonical.replaceAll('\n', '\r\n')).toString('base64')],
    [
      'base64 of PEM in lines',
      (
        Buffer.from(canonical)
          .toString('base64')
          .match(/.{1,76}/g) ?? []
      ).join('\n'),
    ],
    ['PEM with white space around it', `\n\n  ${canonical}\n\n`],
  ])('takes %s and stores the same PEM', (_, given) => {
    expect(stored(provider, field, given)).toBe(canonical);
  });

  test.each([
    ['a cut-off PEM', canonical.slice(0, 80), 'damaged'],
    ['a PEM with a hole', canonical.replace(/\n.{64}/, '\n'), 'damaged'],
    ['a public key', pem(provider === appStore ? ec.publicKey : rsa.publicKey, 'spki'), 'is a public key'],
    ['a certificate', labelled(canonical, 'CERTIFICATE'), 'is a certificate'],
    ['an encrypted key', encrypted(key), 'protected by a passphrase'],
    ['an Ed25519 key', pem(ed25519.privateKey), 'is of the kind ed25519'],
    ['the path of a file', 'AuthKey_ABC123DEFG.p8', 'is not a private key in PEM form'],
    ['base64 of something else', Buffer.from('a'.repeat(400)).toString('base64'), 'is not a private key in PEM form'],
    ['nothing', ' \n ', 'is empty'],
  ])('refuses %s', (_, given, reason) => {
    expect(refusal(provider, field, given)).toContain(reason);
  });
});

describe('applePrivateKey', () => {
  test.each([
    ['P-384', pem(p384.privateKey), 'on the curve secp384r1'],
    ['RSA', pem(rsa.privateKey), 'is of the kind rsa'],
    ['SEC1', pem(ec.privateKey, 'sec1'), 'in the form "EC PRIVATE KEY"'],
  ])('refuses %s', (_, given, reason) => {
    expect(refusal(appStore, 'applePrivateKey', given)).toContain(reason);
  });
});

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
    expect(refusal(playStore, 'googlePrivateKey', '{"private_key":')).toContain('is not JSON');
  });
});

const issuer = '12345678-1234-1234-1234-123456789abc';

describe('app-store', () => {
  test.each([
    ['appleApiKeyId', 'ABC123DEFG'],
    ['appleIssuerId', issuer],
    ['appleBundleId', 'com.acme.App-2'],
    ['appleTeamId', 'ABCDE12345'],
  ])('%s takes %s', (field, given) => {
    expect(stored(appStore, field, `${given}\n`)).toBe(given);
  });

  test.each([
    ['appleApiKeyId', 'abc123', 'does not look as usual'],
    ['appleIssuerId', 'acme-issuer', 'does not look as usual'],
    ['appleBundleId', 'mobile', 'usually has parts'],
    ['appleBundleId', 'ABCDE12345.com.acme.app', 'start with a team id'],
  ])('%s takes %s with a warning', (field, given, words) => {
    expect(warning(appStore, field, given)).toContain(words);
  });

  test.each([
    ['appleApiKeyId', issuer, 'belongs in appleIssuerId'],
    ['appleApiKeyId', pem(ec.privateKey), 'belongs in applePrivateKey'],
    ['appleIssuerId', pem(ec.privateKey), 'belongs in applePrivateKey'],
    ['appleIssuerId', 'ABC123DEFG', 'an issuer id is a UUID'],
    ['appleBundleId', 'com.acme.*', 'must be letters, digits'],
    ['appleBundleId', 'com.acme.my_app', 'must be letters, digits'],
    ['appleTeamId', 'abcde12345', 'ten capital letters and digits'],
    ['appleTeamId', issuer, 'ten capital letters and digits'],
  ])('%s refuses what cannot be (%#)', (field, given, reason) => {
    expect(refusal(appStore, field, given)).toContain(reason);
  });

  test('asks for the issuer id, which individual keys lack', () => {
    const field = appStore.fields.find(({ name }) => name === 'appleIssuerId');
    expect(field).toMatchObject({ required: false, asked: true });
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
      expect(warning(playStore, 'googleServiceAccountEmail', given)).toContain('not one of a service account');
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
