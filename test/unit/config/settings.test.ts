import { describe, expect, test } from 'vitest';
import type { Config, NamedContext } from '../../../src/config/config-file.ts';
import type { Environment } from '../../../src/config/environment.ts';
import { type GlobalFlags, isOn, outputSetting, resolveSettings } from '../../../src/config/settings.ts';

const noFlags: GlobalFlags = { noInput: false, yes: false, quiet: false, debug: false, noColor: false, noPager: false };
const directories = { config: '/config', data: '/data' };
const work: NamedContext = {
  databaseUrl: 'sqlite:/context.db',
  keyStore: 'keychain',
  tenant: 'context tenant',
  account: 'context account',
  output: 'yaml',
};
const config: Config = { current: 'work', contexts: { work, home: { tenant: 'at home' } } };

const settle = (flags: Partial<GlobalFlags> = {}, env: Environment = {}, from: Config = config) =>
  resolveSettings({ ...noFlags, ...flags }, env, from, directories);

describe('flag before environment before context before default', () => {
  test.each(['tenant', 'account'] as const)('%s', (name) => {
    const env = { [`INTEGRATIONS_${name.toUpperCase()}`]: 'from env' };
    expect(settle({ [name]: 'from flag' }, env)[name]).toBe('from flag');
    expect(settle({}, env)[name]).toBe('from env');
    expect(settle()[name]).toBe(`context ${name}`);
    expect(settle({}, { [`INTEGRATIONS_${name.toUpperCase()}`]: '' })[name]).toBe(`context ${name}`);
    expect(settle({}, {}, { current: 'default', contexts: {} })[name]).toBeUndefined();
  });

  test('the context itself', () => {
    expect(settle({ context: 'home' }, { INTEGRATIONS_CONTEXT: 'work' })).toMatchObject({
      contextName: 'home',
      tenant: 'at home',
    });
    expect(settle({}, { INTEGRATIONS_CONTEXT: 'home' })).toMatchObject({ contextName: 'home', tenant: 'at home' });
    expect(settle()).toMatchObject({ contextName: 'work', keyStore: 'keychain' });
  });

  test('the database', () => {
    const path = (env: Environment, from = config) => settle({}, env, from).location;
    expect(path({ INTEGRATIONS_DATABASE_URL: 'sqlite:/env.db' })).toMatchObject({ path: '/env.db', embedded: false });
    expect(path({})).toMatchObject({ path: '/context.db', embedded: false });
    expect(path({}, { current: 'default', contexts: {} })).toEqual({
      engine: 'sqlite',
      path: '/data/integrations.db',
      embedded: true,
    });
  });

  test('the password comes from the environment, for the address of the context too', () => {
    const from = { current: 'work', contexts: { work: { databaseUrl: 'mysql://app@localhost/x' } } };
    const source = (env: Environment, where = from) => settle({}, env, where).password;
    expect(source({ INTEGRATIONS_DATABASE_PASSWORD: 's3cret' })?.origin).toBe('INTEGRATIONS_DATABASE_PASSWORD');
    expect(source({ INTEGRATIONS_DATABASE_PASSWORD: '' })).toBeUndefined();
    expect(
      source({ INTEGRATIONS_DATABASE_PASSWORD: 's3cret', INTEGRATIONS_DATABASE_URL: 'sqlite:/x' }),
    ).toBeUndefined();
  });

  test('the format', () => {
    const output = (flags: Partial<GlobalFlags>, env: Environment) =>
      outputSetting({ ...noFlags, ...flags }, env, config);
    expect(output({ output: 'csv' }, { INTEGRATIONS_OUTPUT: 'json' })).toBe('csv');
    expect(output({}, { INTEGRATIONS_OUTPUT: 'json' })).toBe('json');
    expect(output({}, {})).toBe('yaml');
    expect(output({ context: 'home' }, {})).toBeUndefined();
    expect(output({ context: 'nowhere' }, {})).toBeUndefined();
  });
});

describe('a context that is not there', () => {
  test.each(['missing', '__proto__', 'constructor', ''])('%j is not found', (context) => {
    expect(() => settle({ context })).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND', details: { contexts: ['work', 'home'] } }),
    );
  });

  test('what is shown of its name is safe', () => {
    expect(() => settle({ context: '\u001b[2J' })).toThrow('no context named "\\u001b[2J"');
  });

  test('is none before the first init', () => {
    const empty = { current: 'default', contexts: {} };
    expect(settle({}, {}, empty).contextName).toBe('default');
    expect(settle({ context: 'default' }, {}, empty).contextName).toBe('default');
    expect(() => settle({ context: 'other' }, {}, empty)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});

test('an address that is wrong is blamed on where it stands', () => {
  expect(() => settle({}, { INTEGRATIONS_DATABASE_URL: 'nonsense' })).toThrow(/^INTEGRATIONS_DATABASE_URL is neither/);
  const from = { current: 'work', contexts: { work: { databaseUrl: 'nonsense' } } };
  expect(() => settle({}, {}, from)).toThrow(/^the databaseUrl of context "work" is neither/);
});

test('a switch is on unless it is unset, empty, 0 or false', () => {
  const on = (value: string | undefined) => isOn({ CI: value }, 'CI');
  expect(['1', 'true', 'yes', 'no', 'github'].map(on)).toEqual([true, true, true, true, true]);
  expect([undefined, '', '0', 'false', 'FALSE'].map(on)).toEqual([false, false, false, false, false]);
});

/* biome-ignore-start lint/suspicious/noTemplateCurlyInString: as CI leaves them in place of a value */
describe('what CI left in the place of a value is none', () => {
  const left = ['$(ACME)', '$(Acme.Name)', '${ACME}', '${{ secrets.ACME }}', '{{ acme }}', '***', '********'];
  const refused = (reason: RegExp) =>
    expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(reason) });

  describe.each(['tenant', 'account'] as const)('%s', (name) => {
    const variable = `INTEGRATIONS_${name.toUpperCase()}`;

    test.each(left)('%s', (value) => {
      expect(() => settle({}, { [variable]: value })).toThrow(refused(new RegExp(`^${variable} is (the name|a)`)));
      expect(() => settle({ [name]: value })).toThrow(refused(new RegExp(`^--${name} is (the name|a)`)));
    });

    test('the flag counts, and what somebody is called is taken', () => {
      expect(settle({ [name]: 'Acme' }, { [variable]: '***' })[name]).toBe('Acme');
      for (const value of ['undefined', 'null', '$ACME', '**', 'Acme (***)', '{acme}', '$(', '板'])
        expect(settle({}, { [variable]: value })[name]).toBe(value);
    });
  });

  describe('a password of the database', () => {
    const server = { INTEGRATIONS_DATABASE_URL: 'mysql://app@localhost/x' };
    const given = (env: Environment) => settle({}, { ...server, ...env }).password?.load();
    const variable = 'INTEGRATIONS_DATABASE_PASSWORD';

    test.each(left)('%s', async (value) => {
      await expect(given({ [variable]: value })).rejects.toThrow(refused(new RegExp(`^${variable} is (the name|a)`)));
      const command = `printf %s '${value}'`;
      await expect(given({ [`${variable}_COMMAND`]: command })).rejects.toThrow(
        refused(/^INTEGR.+_COMMAND is (the name|a)/),
      );
      const address = `mysql://app:${encodeURIComponent(value)}@localhost/x`;
      expect(() => settle({}, { INTEGRATIONS_DATABASE_URL: address })).toThrow(refused(/^the password in the address/));
      const both = { INTEGRATIONS_DATABASE_URL: address, [variable]: 's3cret' };
      expect(await settle({}, both).password?.load()).toBe('s3cret');
    });

    test.each(['undefined', 'null', '$ACME', '%ACME%', 'x$(acme)', '${a}${b}', 'a***', '**', '{{', ' ***'])(
      '%j may be one',
      async (value) => {
        expect(await given({ [variable]: value })).toBe(value);
        const address = `mysql://app:${encodeURIComponent(value)}@localhost/x`;
        expect(settle({}, { INTEGRATIONS_DATABASE_URL: address }).location).toMatchObject({ password: value });
      },
    );
  });
});
/* biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above */
