import { beforeEach, expect, it } from 'vitest';
import { openBox } from '../../support/builders.ts';
import { boxAt } from '../../support/builds/box.ts';
import type { Double } from '../../support/builds/double.ts';
import { githubWithRuns } from '../../support/builds/github.ts';
import type { Sandbox } from '../../support/cli.ts';
import { sqlite } from '../../support/engines.ts';
import { done, refused } from '../../support/workspace.ts';

let double: Double;
let box: Sandbox;

beforeEach(async () => {
  double = await githubWithRuns();
  box = await boxAt(sqlite, double);
});

const call = (lane: string) => ['pipeline', 'trigger', 'ios', '--run-id', 'v1', '--env', `LANE=${lane}`, '--json'];

it('a key stands for the same request after the ring was rotated, and for nothing else', async () => {
  const first = (await done(box.run(...call('beta')))).json();
  await done(box.run('key', 'rotate'));
  expect((await done(box.run(...call('beta')))).json()).toMatchObject({ runId: first.runId });
  expect(await refused(box.run(...call('gamma')))).toMatchObject({ status: 6, code: 'CONFLICT' });
  expect(double.started).toHaveLength(1);
});

it('where its key has left the ring nothing is started, and the error says what is missing', async () => {
  await done(box.run(...call('beta')));
  const [{ kid }] = (await done(box.run('key', 'list', '--json'))).json();
  await done(box.run('key', 'rotate'));
  await done(box.run('key', 'remove', kid, '--yes'));
  expect(await refused(box.run(...call('beta')))).toMatchObject({
    status: 4,
    code: 'KEY_UNAVAILABLE',
    hint: expect.stringContaining('integrations key import'),
  });
  expect(double.started).toHaveLength(1);
});

it('what is stored of a request tells nobody without the ring what it was', async () => {
  await done(box.run(...call('beta')));
  const { queries } = await openBox(box);
  const [row] = await queries('tenant_integration_runs').select();
  expect(JSON.stringify(row)).not.toContain('beta');
  // Keyed: the same request of another pipeline's tenant, or under another key, has another digest.
  await done(box.run('key', 'rotate'));
  await done(box.run('pipeline', 'trigger', 'ios', '--env', 'LANE=beta', '--json'));
  const digests: string[] = await queries('tenant_integration_runs').pluck('requestDigest');
  expect(new Set(digests).size).toBe(2);
});
