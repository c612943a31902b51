import { describe, expect, test } from 'vitest';
import { email } from '../../../../src/providers/email/index.ts';
import { refusal, stored } from '../reads.ts';

const x = (length: number) => 'x'.repeat(length);

describe('email', () => {
  test.each([
    [
      ['a@acme.test', 'b@acme.test'],
      ['a@acme.test', 'b@acme.test'],
    ],
    [
      ['a@Acme.Test', 'a@acme.test', 'A@acme.test'],
      ['a@acme.test', 'A@acme.test'],
    ],
    ['a@acme.test, b@acme.test', ['a@acme.test', 'b@acme.test']],
    [
      ["o'neil+ci@mail.acme.test", 'jürgen@bücher.example'],
      ["o'neil+ci@mail.acme.test", 'jürgen@bücher.example'],
    ],
  ])('stores the recipients %j as %j', (given, kept) => {
    expect(stored(email, 'emailRecipients', given)).toEqual(kept);
  });

  test.each([
    'acme.test',
    'a@',
    '@acme.test',
    'a@acme',
    'a@b@acme.test',
    'a b@acme.test',
    'a..b@acme.test',
    'a@-acme.test',
    'a@acme..test',
    'Jane <a@acme.test>',
    `${x(65)}@acme.test`,
  ])('refuses the recipient %s', (given) => {
    expect(refusal(email, 'emailRecipients', ['ok@acme.test', given])).toContain(
      'must be an e-mail address, for example',
    );
    expect(refusal(email, 'emailRecipients', ['ok@acme.test', given])).toContain('(entry 2)');
  });

  test.each(['a@acme.test\r\nBcc: b@acme.test', 'a@acme.test\nb', 'a\u0000@acme.test', 'a\u202e@acme.test'])(
    'lets nothing into a header (%#)',
    (given) => {
      expect(refusal(email, 'emailRecipients', [given])).toContain('control characters');
      expect(refusal(email, 'emailFromAddress', given)).toContain('control characters');
      expect(refusal(email, 'emailFromAddress', `Jane <${given}>`)).toContain('control characters');
    },
  );

  test.each([
    ['releases@Acme.test', 'releases@acme.test'],
    ['Acme Releases <releases@acme.test>', 'Acme Releases <releases@acme.test>'],
    ['Acme Releases<releases@acme.test>', 'Acme Releases <releases@acme.test>'],
    ['"Acme Releases" <releases@acme.test>', 'Acme Releases <releases@acme.test>'],
    ['Acme, Inc. <releases@acme.test>', '"Acme, Inc." <releases@acme.test>'],
    ['"Acme, Inc." <releases@acme.test>', '"Acme, Inc." <releases@acme.test>'],
    ['日本語 <releases@acme.test>', '日本語 <releases@acme.test>'],
    ['<releases@acme.test>', 'releases@acme.test'],
  ])('stores the sender %s as %s', (given, kept) => {
    expect(stored(email, 'emailFromAddress', given)).toBe(kept);
  });

  test.each([
    ['Acme Releases', 'must be an e-mail address'],
    ['a@acme.test, b@acme.test', 'must be an e-mail address'],
    ['A <a@acme.test>, B <b@acme.test>', 'must be an e-mail address'],
    ['Acme <releases>', 'must be an e-mail address'],
    ['Acme <>', 'must be an e-mail address'],
    ['A "B" C <a@acme.test>', 'quotation mark'],
    ['A\\ <a@acme.test>', 'quotation mark'],
  ])('refuses the sender %s', (given, reason) => {
    expect(refusal(email, 'emailFromAddress', given)).toContain(reason);
  });
});
