import { beforeAll, describe, expect, test } from 'vitest';
import { type Api, startApi } from '../../support/api.ts';
import { mysql, sqlite } from '../../support/engines.ts';

/* What holds for all servers on one database, and for one that is started anew. */

describe.each([sqlite, mysql])('$name', (engine) => {
  let api: Api;
  beforeAll(async () => {
    api = await startApi(engine);
  });

  const aRepository = (organization: string) => ({
    scmType: 'GITHUB',
    displayName: organization,
    organization,
    repositoryUrl: `https://github.com/${organization}/app`,
    accessToken: `ghp_${'canary'.repeat(6)}`,
  });
  const once = (ask: Api['ask'], key: string, organization: string) =>
    ask('POST', 'scm', { body: aRepository(organization), headers: { 'idempotency-key': key } });
  const rowsOf = async (organization: string) => (await api.ask('GET', `scm?name=${organization}`)).json.items;

  test('a request that bears a key is done once, whichever of them is asked', async () => {
    const first = await once(api.ask, 'several-1', 'several');
    expect(first.status, first.text).toBe(201);
    const again = await once(api.askAnother, 'several-1', 'several');
    expect(again).toMatchObject({ status: 201, text: first.text });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const other = await once(api.askAnother, 'several-1', 'another');
    expect(other).toMatchObject({ status: 422, json: { code: 'VALIDATION' } });
    expect([await rowsOf('several'), await rowsOf('another')]).toEqual([[first.json], []]);
  });

  test('of one that is sent to both at once, one is done, and the other answered the same or as under way', async () => {
    const both = await Promise.all([
      once(api.ask, 'at-once', 'at-once'),
      once(api.askAnother, 'at-once', 'at-once'),
      once(api.ask, 'at-once', 'at-once'),
      once(api.askAnother, 'at-once', 'at-once'),
    ]);
    const stored = await rowsOf('at-once');
    expect(stored).toHaveLength(1);
    const done = both.filter(({ status }) => status === 201);
    expect(done.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    for (const { json } of done) expect(json).toEqual(stored[0]);
    for (const { status, json, headers } of both.filter((each) => !done.includes(each))) {
      expect([status, json.code, headers.get('retry-after')]).toEqual([409, 'CONFLICT', '1']);
    }
  });

  test('one that was answered before a restart is answered the same after it', async () => {
    const first = await once(api.ask, 'restart-1', 'restarted');
    await api.restart();
    const again = await once(api.ask, 'restart-1', 'restarted');
    expect(again).toMatchObject({ status: 201, text: first.text });
    for (const name of ['etag', 'location']) expect(again.headers.get(name)).toBe(first.headers.get(name));
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await rowsOf('restarted')).toEqual([first.json]);
  });
});
