import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Provider } from '../../../src/core/provider.ts';
import { providers } from '../../../src/providers/index.ts';
import { samples } from '../../support/samples.ts';
import { read, refusal } from '../providers/reads.ts';

/** Every credential of one line, with one that its provider takes. */
const tokens = samples.flatMap(({ provider, credentials }): [string, Provider, string][] => {
  const found = providers.find(({ name }) => name === provider);
  const fields = found?.fields.filter(({ kind }) => kind === 'token') ?? [];
  return fields.flatMap(({ name }) => {
    const value = credentials.find(({ column }) => column === name)?.value;
    return found && value ? [[name, found, value] as [string, Provider, string]] : [];
  });
});

test('every provider that has a token is among them', () => {
  expect(tokens.length).toBeGreaterThan(14);
});

/* biome-ignore-start lint/suspicious/noTemplateCurlyInString: as they were left in place of a value */
const placeholders = [
  ...['$(ACME_TOKEN)', '${ACME_TOKEN}', '$ACME_TOKEN', '%ACME_TOKEN%', '${{ secrets.ACME }}', '{{ acme }}', '#{Acme}#'],
  ...[
    '@acme.token@',
    '__ACME_TOKEN__',
    'secrets.ACME_TOKEN',
    '<%= acme %>',
    'xoxb-$(ACME)',
    '${env:ACME}',
    '$(vault.x)',
  ],
  ...['undefined', 'null', 'None', 'nil', 'NaN', 'false', '[object Object]', 'NULL'],
  ...['***', '********', '[MASKED]', '[REDACTED]', '••••••', '...', 'xxxxxxxx', '(sensitive)', '[secret]'],
  ...['changeme', 'CHANGE_ME', 'replace-me', 'TODO', 'your-token-here', 'your_api_key', '<your token>', '[your token]'],
  ...['op://vault/item/field', 'vault:secret/data/acme#token', 'arn:aws:secretsmanager:eu-central-1:1:secret:acme'],
  ...['@Microsoft.KeyVault(SecretUri=https://acme.vault.azure.net/x)', 'ENC[AES256_GCM,data:x,type:str]'],
  ...['projects/1/secrets/acme/versions/latest', '$ANSIBLE_VAULT;1.1;AES256', 'ref+vault://acme/token'],
];
/* biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above */

describe.each(tokens)('%s of $name', (field, provider, token) => {
  test('is taken with white space and invisible marks around it', () => {
    for (const [before, after] of [
      ['', '\r\n'],
      ['\ufeff', '\n\n'],
      ['\u00a0', '\u200b'],
      [' \u2060', '\\n'],
      ['', '\\r\\n\n'],
      ['\t', '\0'],
    ] as const) {
      expect(read(provider, field, before + token + after)).toMatchObject({ stored: token });
    }
  });

  test.each(placeholders)('is not %s', (placeholder) => {
    expect(refusal(provider, field, placeholder)).not.toContain(placeholder);
    expect(refusal(provider, field, ` ${placeholder}\r\n`)).toMatch(
      / is (the name of a variable that|a template that|what a program writes|a mask|a placeholder|a reference to)/,
    );
  });

  test.each([
    ['"', '"', 'in quotation marks'],
    ["'", "'", 'in quotation marks'],
    ['“', '”', 'in quotation marks'],
    ['`', '`', 'in quotation marks'],
    ['"', '', 'in quotation marks'],
    ["$'", "'", 'in quotation marks'],
    ['[', ']', 'in brackets|a placeholder'],
    ['ACME_TOKEN=', '', 'sets a variable'],
    ['export ACME_TOKEN=', '', 'sets a variable'],
    ['$env:ACME = ', '', 'sets a variable'],
    ['acme-token: ', '', 'sets a variable'],
    ['Bearer ', '', 'has a word in front'],
    ['token ', '', 'has a word in front'],
    ['Authorization: Bearer ', '', 'is a whole header'],
    ['PRIVATE-TOKEN: ', '', 'is a whole header'],
    ['curl -H "Authorization: Bearer ', '" https://api.acme.test', 'is a whole command'],
    ['', ',', 'ends in a comma'],
    ['', '\\t x', 'backslash|white space'],
  ])('is refused as %sTOKEN%s', (before, after, reason) => {
    expect(refusal(provider, field, before + token + after)).toMatch(new RegExp(reason));
  });

  test('has no invisible marks and no other width inside', () => {
    const half = token.length >> 1;
    for (const mark of ['\u200b', '\u00ad', '\ufeff', 'ａ', '–', '\n', ' ', '\u00a0']) {
      const reason = refusal(provider, field, token.slice(0, half) + mark + token.slice(half));
      expect(reason).toMatch(/characters that no token has|white space|must be an address|address of|variable/);
    }
  });

  test('is refused in base64 where its shape is known', () => {
    const { pattern } = provider.fields.find(({ name }) => name === field) ?? {};
    const encoded = Buffer.from(token).toString('base64');
    if (pattern?.test(token) && !/^https/.test(token)) {
      expect(refusal(provider, field, encoded)).toMatch(/is encoded|in front|must be/);
    }
  });
});

test('no text of letters, digits and the marks of tokens is taken for a wrapping or a placeholder', () => {
  const [field, provider] = tokens.find(([name]) => name === 'azurePatToken') ?? tokens[0] ?? [];
  const alphabet = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+/=~:@');
  const end = fc.constantFrom(...'abcXYZ019=');
  fc.assert(
    fc.property(fc.array(alphabet, { minLength: 24, maxLength: 80 }), end, (letters, last) => {
      const token = `a${letters.join('')}${last}`;
      fc.pre(!/(token|secret|password|passwd|api[_-]?key|credential)[=:]/i.test(token));
      fc.pre(!/^[a-z]+:\/?\/?/i.test(token));
      if (field && provider) expect(read(provider, field, token)).toMatchObject({ stored: token });
    }),
  );
});
