import { beforeAll, describe, expect, test } from 'vitest';
import { categoryKeys } from '../../../src/manifest/keys.ts';
import { providers } from '../../../src/providers/index.ts';
import { type Api, startApi } from '../../support/api.ts';
import { mysql, sqlite } from '../../support/engines.ts';
import { runHere } from '../../support/in-process.ts';
import { sampleOf } from '../../support/samples.ts';

describe.each([sqlite, mysql])('$name', (engine) => {
  let api: Api;
  beforeAll(async () => {
    api = await startApi(engine);
  });

  test('one of each provider is created, and told as the command line tells it', async () => {
    const ids: Record<string, string> = {};
    for (const { name, type, category } of providers) {
      const { stored, credentials } = sampleOf(name);
      const { lastTriggeredAt: _, ...plain } = stored;
      const links =
        category.name === 'pipeline'
          ? {
              scmIntegrationId: ids[name === 'gitlab-ci' ? 'gitlab' : 'github'],
              targetIntegrationId: ids['app-store'],
            }
          : {};
      const texts = Object.fromEntries(credentials.map(({ column, value }) => [column, value]));
      const path = categoryKeys[category.name];
      const body = { [category.typeColumn]: type, displayName: name, ...plain, ...links, ...texts };
      const made = await api.ask('POST', path, { body });
      expect(made.status, made.text).toBe(201);
      ids[name] = made.json.id;
      const location = made.headers.get('location') ?? '';
      expect(location).toBe(`/api/v1/${api.tenants.acme}/integrations/${path}/${made.json.id}`);
      const { stdout } = await runHere(api.box, {}, category.name, 'show', name, '--json');
      expect(made.json).toEqual(JSON.parse(stdout));
      const got = await api.ask('GET', location);
      expect(got.json).toEqual(made.json);
      expect(got.headers.get('etag')).toBe(made.headers.get('etag'));
      expect((await api.ask('GET', path)).json.items).toContainEqual(made.json);
      for (const { value } of credentials) expect(made.text + got.text + api.lines.join('')).not.toContain(value);
    }
  });
});
