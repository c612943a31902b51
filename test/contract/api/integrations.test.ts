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

  const aRepository = (displayName: string, more: object = {}) => ({
    scmType: 'GITHUB',
    displayName,
    organization: displayName,
    repositoryUrl: `https://github.com/${displayName}/app`,
    accessToken: `ghp_${'canary'.repeat(6)}`,
    ...more,
  });

  async function created(displayName: string, more: object = {}) {
    const made = await api.ask('POST', 'scm', { body: aRepository(displayName, more) });
    expect(made.status, made.text).toBe(201);
    return { path: `scm/${made.json.id}`, id: String(made.json.id), etag: made.headers.get('etag') ?? '' };
  }

  test('what is changed, switched off and rotated has another version each time, and what is verified has not', async () => {
    const { path, etag } = await created('versions');
    const seen = new Set([etag]);
    let current = etag;
    const next = async (method: string, to: string, body: object) => {
      const answer = await api.ask(method, to, { body, headers: { 'if-match': current } });
      expect(answer.status, answer.text).toBe(200);
      current = answer.headers.get('etag') ?? '';
      expect(seen.has(current)).toBe(false);
      seen.add(current);
      return answer.json;
    };
    expect(await next('PATCH', path, { defaultBranch: 'release' })).toMatchObject({ defaultBranch: 'release' });
    expect(await next('PATCH', path, { defaultBranch: null })).toMatchObject({ defaultBranch: null });
    expect(await next('PATCH', path, { isActive: false })).toMatchObject({ isActive: false });
    const rotated = await next('POST', `${path}/rotate?verify=false`, { accessToken: `ghp_${'second'.repeat(6)}` });
    expect(rotated).toMatchObject({ credentials: { accessToken: true } });
    expect((await api.ask('GET', path)).headers.get('etag')).toBe(current);
    const same = await api.ask('PATCH', path, { body: {}, headers: { 'if-match': current } });
    expect(same.headers.get('etag')).toBe(current);
    const merged = { 'content-type': 'application/merge-patch+json', 'if-match': '*' };
    expect((await api.ask('PATCH', path, { body: { isActive: true }, headers: merged })).json.isActive).toBe(true);
  });

  test('of two writers with one version the second is refused, whatever it does', async () => {
    const { path, etag } = await created('writers');
    const patch = (defaultBranch: string) =>
      api.ask('PATCH', path, { body: { defaultBranch }, headers: { 'if-match': etag } });
    const both = await Promise.all([patch('a'), patch('b')]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    const headers = { 'if-match': etag };
    const rotating = { body: { accessToken: `ghp_${'second'.repeat(6)}` }, headers };
    for (const late of [
      await api.ask('DELETE', path, { headers }),
      await api.ask('POST', `${path}/rotate`, rotating),
    ]) {
      expect(late).toMatchObject({ status: 412, json: { code: 'PRECONDITION_FAILED' } });
    }
    expect((await api.ask('PATCH', path, { body: {} })).status).toBe(428);
    expect((await api.ask('DELETE', path)).status).toBe(428);
    expect((await api.ask('DELETE', path, { headers: { 'if-match': 'W/"x"' } })).status).toBe(412);
    const gone = await api.ask('DELETE', path, { headers: { 'if-match': '*' } });
    expect(gone).toMatchObject({ status: 204, text: '' });
    expect((await api.ask('GET', path)).json).toMatchObject({ code: 'NOT_FOUND', status: 404 });
  });

  test('what a pipeline uses is named by its id, and what is wrong with that stands with the field', async () => {
    const [pipeline] = (await api.ask('GET', 'pipelines')).json.items;
    const path = `pipelines/${pipeline.id}`;
    const others = `/api/v1/${api.tenants.bmce}/integrations/scm`;
    const { token } = await api.addToken('--all-tenants', '--scope', 'write');
    const foreign = (await api.ask('POST', others, { body: aRepository('foreign'), token })).json.id;
    expect(foreign).toEqual(expect.any(String));
    const jenkins = {
      pipelineType: 'JENKINS',
      displayName: 'named',
      jenkinsUrl: 'https://ci.acme.test',
      jenkinsUsername: 'ci',
      jenkinsApiToken: `11${'canary'.repeat(5)}aa`,
      jenkinsJobPath: 'mobile',
    };
    const nowhere = 'scm_0193f6c017ad7b2f9c3e5d8a1b4f6e20';
    for (const scmIntegrationId of ['github', nowhere, foreign, pipeline.targetIntegrationId]) {
      const changed = await api.ask('PATCH', path, { body: { scmIntegrationId }, headers: { 'if-match': '*' } });
      const links = { scmIntegrationId, targetIntegrationId: pipeline.targetIntegrationId };
      const made = await api.ask('POST', 'pipelines', { body: { ...jenkins, ...links } });
      const message = 'scmIntegrationId names no scm integration in this tenant';
      for (const refused of [changed, made]) {
        expect(refused.status, refused.text).toBe(422);
        expect(refused.json).toMatchObject({ code: 'VALIDATION', errors: [{ field: 'scmIntegrationId', message }] });
      }
    }
    const same = { scmIntegrationId: pipeline.scmIntegrationId };
    expect((await api.ask('PATCH', path, { body: same, headers: { 'if-match': '*' } })).status).toBe(200);
  });

  test('a page begins only where another one ended', async () => {
    for (const path of Object.values(categoryKeys)) {
      const refused = await api.ask('GET', `${path}?after=zzz`);
      expect(refused).toMatchObject({ status: 422, json: { errors: [{ field: 'after' }] } });
    }
  });

  test('what a pipeline uses is removed with it alone', async () => {
    const scm = (await api.ask('GET', 'scm?name=github')).json.items[0].id;
    const refused = await api.ask('DELETE', `scm/${scm}`, { headers: { 'if-match': '*' } });
    expect(refused).toMatchObject({ status: 409, json: { code: 'CONFLICT' } });
    const linked = await api.ask('GET', 'pipelines?include=scm,target&fields=id,scm,target');
    expect(linked.json.items[0]).toEqual({
      id: expect.any(String),
      scm: expect.objectContaining({ scmType: 'GITHUB' }),
      target: expect.objectContaining({ targetType: 'APP_STORE' }),
    });
    const before = (await api.ask('GET', 'pipelines')).json.items.length;
    expect((await api.ask('DELETE', `scm/${scm}?cascade=true`, { headers: { 'if-match': '*' } })).status).toBe(204);
    expect((await api.ask('GET', 'pipelines')).json.items.length).toBeLessThan(before);
  });

  test('pages follow each other, by their links too', async () => {
    for (let each = 0; each < 5; each += 1) await created(`paged ${each}`.replace(' ', '-'));
    const all = (await api.ask('GET', 'scm?limit=500')).json;
    expect(all.next).toBe(null);
    const items: unknown[] = [];
    for (let path: string | undefined = 'scm?limit=2&active=true'; path !== undefined; ) {
      const page = await api.ask('GET', path);
      items.push(...page.json.items);
      path = /^<(.+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
      expect(page.json.next === null).toBe(path === undefined);
    }
    expect(items).toEqual(all.items.filter(({ isActive }: { isActive: boolean }) => isActive));
    const entries: { id: string }[] = [];
    for (let path: string | undefined = 'history?limit=3'; path !== undefined; ) {
      const page = await api.ask('GET', path);
      entries.push(...page.json.items);
      path = /^<(.+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
    }
    expect(entries).toEqual((await api.ask('GET', 'history?limit=500')).json.items);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  });

  test('a request that bears a key is done once', async () => {
    const once = (key: string, body: object, token = api.token) =>
      api.ask('POST', 'scm', { body, token, headers: { 'idempotency-key': key } });
    const [one, other] = await Promise.all([once('k-1', aRepository('once')), once('k-1', aRepository('once'))]);
    const [first, second] = one.status === 201 ? [one, other] : [other, one];
    expect([201, 409]).toContain(second.status);
    const again = await once('"k-1"', aRepository('once'));
    expect(again).toMatchObject({ status: 201, text: first.text });
    for (const name of ['etag', 'location']) expect(again.headers.get(name)).toBe(first.headers.get(name));
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await once('k-1', aRepository('twice'))).toMatchObject({ status: 422, json: { code: 'VALIDATION' } });
    expect((await api.ask('GET', 'scm?name=once')).json.items).toHaveLength(1);
    // Another caller's key is another one, and what was refused may be tried again under the same.
    const { token } = await api.addToken('--tenant', 'Acme', '--scope', 'write');
    expect(await once('k-1', aRepository('once'), token)).toMatchObject({ status: 409, json: { code: 'CONFLICT' } });
    expect((await once('k-1', aRepository('once more'.replace(' ', '-')), token)).status).toBe(201);
    const dumped = (await engine.dump(api.box)).toString('latin1');
    expect(dumped).not.toContain('canarycanary');
  });

  test('a manifest is planned, applied, and then makes no difference', async () => {
    const item = {
      name: 'planned',
      type: 'github',
      organization: 'planned',
      repositoryUrl: 'https://github.com/p/app',
    };
    const body = { scm: [{ ...item, accessToken: 'value:ghp_canarycanarycanarycanarycanary' }] };
    const planned = await api.ask('POST', 'plan', { body });
    expect(planned.json, planned.text).toMatchObject([{ action: 'create', name: 'planned' }]);
    expect((await api.ask('GET', 'scm?name=planned')).json.items).toEqual([]);
    const key = { 'idempotency-key': 'apply-1' };
    const applied = await api.ask('POST', 'apply', { body, headers: key });
    expect(applied.json).toMatchObject([{ action: 'create', name: 'planned', result: 'done' }]);
    expect((await api.ask('POST', 'apply', { body, headers: key })).json).toEqual(applied.json);
    const yaml = `tenant: Acme\nscm:\n  - ${JSON.stringify({ ...item, accessToken: 'keep' })}\n`;
    const headers = { 'content-type': 'application/yaml' };
    expect((await api.ask('POST', 'plan', { body: yaml, headers })).json).toMatchObject([{ action: 'none' }]);
    const wrong = await api.ask('POST', 'plan', { body: yaml.replace('github"', 'githib"'), headers });
    expect(wrong.json).toMatchObject({ code: 'VALIDATION', errors: [{ field: 'type', line: 3 }] });
    const { token } = await api.addToken('--tenant', 'Acme', '--scope', 'read');
    expect((await api.ask('POST', 'plan', { body, token })).status).toBe(403);
    expect((await api.ask('POST', 'plan?credentials=false', { body, token })).json).toMatchObject([{ action: 'none' }]);
  });

  test.each(
    [
      ['env:HOME', 'file:/etc/hostname'].map(
        (accessToken) => ['scm', aRepository('sourced', { accessToken })] as const,
      ),
      ['env:HOME', 'file:/etc/hostname'].map(
        (accessToken) =>
          [
            'apply',
            {
              scm: [
                { name: 'x', type: 'github', organization: 'x', repositoryUrl: 'https://github.com/x/x', accessToken },
              ],
            },
          ] as const,
      ),
    ].flat(),
  )('of %s no variable and no file is read', async (path, body) => {
    expect(await api.ask('POST', path, { body })).toMatchObject({ status: 422, json: { code: 'VALIDATION' } });
  });

  test('the rest is told as the command line tells it', async () => {
    const told = async (...args: string[]) => JSON.parse((await runHere(api.box, {}, ...args, '--json')).stdout);
    expect(await told('status')).toMatchObject((await api.ask('GET', 'status')).json);
    expect((await api.ask('GET', 'expiring?within=3650d')).json).toEqual(await told('expiring', '--within', '3650d'));
    expect((await api.ask('GET', 'history?limit=1')).json.items).toEqual(await told('history', '--limit', '1'));
    const described = (await api.ask('GET', '/api/v1/providers')).json;
    expect(described.items.map(({ name }: { name: string }) => name)).toEqual(providers.map(({ name }) => name));
    const [github] = described.items;
    const shown = await told('provider', 'show', 'github');
    expect(github).toMatchObject({ type: shown.type, title: shown.title, category: shown.category });
    expect(github.fields.map(({ name }: { name: string }) => name)).toEqual(
      shown.fields.map(({ name }: { name: string }) => name),
    );
    const tenants = { items: [{ id: api.tenants.acme, displayName: 'Acme' }], next: null };
    expect((await api.ask('GET', '/api/v1/tenants')).json).toEqual(tenants);
    const { token } = await api.addToken('--all-tenants', '--scope', 'read');
    expect((await api.ask('GET', '/api/v1/tenants?limit=1', { token })).json).toMatchObject({
      next: expect.any(String),
    });
    expect((await api.ask('GET', '/api/v1/tenants', { token })).json.items).toHaveLength(2);
    const by = (await api.ask('GET', 'history?limit=500')).json.items as { command: string; accountName: string }[];
    expect(
      by.some(({ command, accountName }) => /^serve token_\w+$/.test(command) && accountName === 'ops@acme.test'),
    ).toBe(true);
  });
});
