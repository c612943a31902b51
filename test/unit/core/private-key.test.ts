import type { KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Provider } from '../../../src/core/provider.ts';
import { appStore } from '../../../src/providers/app-store/index.ts';
import { playStore } from '../../../src/providers/play-store/index.ts';
import { ec, ed25519, encrypted, labelled, pem, rsa } from '../../support/private-keys.ts';
import { refusal, stored } from '../providers/reads.ts';

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
