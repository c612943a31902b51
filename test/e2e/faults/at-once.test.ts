import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { forEachEngine } from '../../support/engines.ts';
import { appliedIn, stateOf, type Trial, trialsOn } from '../../support/trials.ts';
import { done } from '../../support/workspace.ts';

forEachEngine((engine) => {
  test('init, many at once: each is done, and there is one of each', async () => {
    const box = await engine.sandbox();
    const args = [
      'init',
      '--tenant',
      'Acme',
      '--account',
      'ops@acme.test',
      '--key-store',
      'file',
      '--no-input',
      '--json',
    ];
    const results = await Promise.all(
      Array.from({ length: 10 }, () => box.start({ timeout: 120_000 }, ...args).result),
    );
    const failed = results.filter(({ status }) => status !== 0).map(({ stderr }) => stderr);
    expect(failed).toEqual([]);
    const told = results.map((result) => result.json());
    for (const member of ['tenant', 'account', 'keyId', 'context'])
      expect(new Set(told.map((each) => JSON.stringify(each[member]))).size, member).toBe(1);
    expect(told.filter(({ keyCreated }) => keyCreated)).toHaveLength(1);
    const { tenants, kids, history } = await stateOf(engine, box);
    // The key, the account and the tenant.
    expect([tenants, kids.length, history]).toEqual([['Acme'], 1, 3]);
    expect((await done(box.run('tenant', 'show', '--json'))).json()).toMatchObject({ displayName: 'Acme' });
    expect(readdirSync(box.configDir).sort()).toEqual(['config.yaml', 'keyring.json']);
  });

  test('20 commands of all kinds: each is done or refused, and what was done is there', async () => {
    const { box, trials } = await trialsOn(engine);
    const add = trials.find(({ name }) => name === 'add') as Trial;
    for (const n of [1, 2]) {
      const { args, ...options } = add.command(n, await stateOf(engine, box));
      await done(box.runWith(options, ...args));
    }
    const before = await stateOf(engine, box);
    const running = [...trials, ...trials].map((trial, index) => {
      const n = 100 + index;
      const { args, ...options } = trial.command(n, before);
      return { trial, n, result: box.start({ timeout: 120_000, ...options }, ...args).result };
    });
    expect(running).toHaveLength(20);
    const ended = await Promise.all(running.map(async (each) => ({ ...each, result: await each.result })));
    for (const { trial, result } of ended) {
      const { status, stderr } = result;
      // What another one changed or removed meanwhile; or the time was not enough for all before it, or for an answer.
      const isLate =
        (status === 4 && /another command is using it/.test(stderr)) || (status === 5 && trial.name === 'verify');
      const isRefused = status === 6 || status === 7 || isLate;
      expect(status === 0 || isRefused, `${trial.name}: exit ${status}\n${stderr}`).toBe(true);
    }
    const after = await stateOf(engine, box);
    const doneOf = (name: string) => ended.filter(({ trial, result }) => trial.name === name && result.status === 0);
    for (const name of ['add', 'tenant add', 'context add'])
      for (const { trial, n } of doneOf(name)) expect(trial.isDone(after, n, before), `${name} ${n}`).toBe(true);
    // An update and a rotation change one row, and each may be refused for what the other changed meanwhile.
    for (const names of [['apply'], ['update', 'rotate']])
      expect(names.flatMap(doneOf).length, names.join(' or ')).toBeGreaterThan(0);
    // Each tenant is one transaction: which of two is the last may differ from one to the next.
    const applied = ended.filter(({ trial }) => trial.name === 'apply').map(({ n }) => `v${n}`);
    for (const version of appliedIn(after)) expect(applied).toContain(version);
    for (const name of ['update', 'rotate']) {
      const isStored = ({ trial, n }: (typeof ended)[number]) => trial.isDone(after, n, before);
      expect(doneOf(name).some(isStored), `the last ${name}`).toBe(doneOf(name).length > 0);
      const refused = ended.filter(({ trial, result }) => trial.name === name && result.status === 6);
      expect(refused.some(isStored), `a refused ${name}`).toBe(false);
    }
    expect(before.kids.filter((kid) => !after.kids.includes(kid))).toEqual([]);
    const made = doneOf('key add').length + doneOf('key rotate').length;
    expect(after.kids.length).toBeGreaterThanOrEqual(before.kids.length + doneOf('key add').length);
    expect(after.kids.length).toBeLessThanOrEqual(before.kids.length + made);
    const doctor = await box.run('doctor', '--json');
    expect(doctor.json().filter(({ severity }: { severity: string }) => severity === 'error')).toEqual([]);
  });
});
