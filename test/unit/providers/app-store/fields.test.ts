import { describe, expect, test } from 'vitest';
import { appStore } from '../../../../src/providers/app-store/index.ts';
import { ec, p384, pem, rsa } from '../../../support/private-keys.ts';
import { refusal, stored, warning } from '../reads.ts';

const issuer = '12345678-1234-1234-1234-123456789abc';

describe('applePrivateKey', () => {
  test.each([
    ['P-384', pem(p384.privateKey), 'on the curve secp384r1'],
    ['RSA', pem(rsa.privateKey), 'is of the kind rsa'],
    ['SEC1', pem(ec.privateKey, 'sec1'), 'in the form "EC PRIVATE KEY"'],
  ])('refuses %s', (_, given, reason) => {
    expect(refusal(appStore, 'applePrivateKey', given)).toContain(reason);
  });
});

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
    ['appleApiKeyId', 'abc123', 'has an unusual form'],
    ['appleIssuerId', 'acme-issuer', 'has an unusual form'],
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
