import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../support/cli.ts';
import { forEachEngine } from '../../support/engines.ts';
import { answerOf, type Mishap, mishapOf, steady } from '../../support/provider-answers.ts';
import { type Handler, page, type Reply } from '../../support/provider-server.ts';
import { addThere, providerWorld, type World } from '../../support/provider-world.ts';
import { longAgo, putInto, storedById } from '../../support/stored.ts';
import { done, eachOf, workspace } from '../../support/workspace.ts';

const names = ['jenkins', 'github-actions', 'actions two', 'gitlab-ci'];
const refused: Handler = { status: 401, json: { message: 'Bad credentials' } };
const appGone: Mishap = { answers: { 'apple apps': { json: { data: [] } } } };

forEachEngine((engine) => {
  let world: World;
  let box: Sandbox;

  beforeAll(async () => {
    world = await providerWorld();
    box = await workspace(engine, world.env);
    const add = async (provider: string, name: string, ...more: string[]) => {
      const { args, env } = addThere(world, provider, name, ...more);
      await done(box.runWith({ env }, ...args));
    };
    await add('github', 'code', '--repository-url', 'https://github.com/acme/ci');
    await add('gitlab', 'gitlab code', '--repository-url', `${world.server.url}/code/acme/ci`);
    // Another one than the world's steady app.
    await add('app-store', 'app');
    await eachOf(names, (name) => add(name === 'actions two' ? 'github-actions' : name, name));
  });

  beforeEach(() => putInto(engine, box, longAgo));

  /** Outcome, error class and checks of each pipeline; after them the exit status. */
  async function verify(...given: Mishap[]) {
    world.mishaps(...given);
    const result = await box.run('pipeline', 'verify', '--json');
    const items: { id: string; displayName: string; outcome: string; errorCode: string; checks: Check[] }[] =
      result.json();
    const stored = await storedById(engine, box);
    const byName = Object.fromEntries(
      items.map(({ id, displayName, outcome, errorCode, checks }) => [
        displayName,
        {
          outcome,
          errorCode,
          checks: checks.map((check) => `${check.name} ${check.outcome}`).join(', '),
          stored: stored[id]?.verificationStatus,
          reason: stored[id]?.verificationError,
        },
      ]),
    );
    return { byName, status: result.status, items };
  }

  interface Check {
    name: string;
    outcome: string;
    detail: string;
  }

  const own = 'credential passed, resource passed, permission passed';
  const skipped = 'credential skipped, resource skipped, permission skipped';
  const valid = { outcome: 'valid', errorCode: null, stored: 'VALID', reason: null };

  it('is valid, and asks SCM and target once for all of them', async () => {
    const before = world.server.requests.length;
    const { byName, status } = await verify();
    expect(status).toBe(0);
    for (const name of names) {
      expect(byName[name], name).toEqual({ ...valid, checks: `scm passed, target passed, ${own}` });
    }
    const asked = world.server.requests.slice(before).map(({ path }) => path);
    const count = (wanted: string | RegExp) => asked.filter((path) => path === wanted).length;
    // The branch is asked for the SCM alone; the user for each workflow too.
    expect(count(answerOf('actions branch').path)).toBe(1);
    expect(count(answerOf('apple apps').path)).toBe(1);
    expect(count(answerOf('github user').path)).toBe(3);
    expect(asked.join()).not.toContain(steady.appId);
  });

  it('says that the SCM broke it, and asks nothing more with a refused credential', async () => {
    const before = world.server.requests.length;
    const { byName, status } = await verify({ answers: { 'github user': refused } });
    expect(status).toBe(3);
    const broken = {
      outcome: 'invalid',
      errorCode: 'INVALID',
      stored: 'INVALID',
      reason: 'scm: "code" is invalid: GitHub does not accept the token: it is wrong, revoked or expired (401)',
    };
    for (const name of ['github-actions', 'actions two']) {
      expect(byName[name], name).toEqual({ ...broken, checks: `scm failed, target passed, ${skipped}` });
    }
    // What is hosted elsewhere has a credential of its own, and is asked all the same.
    expect(byName['jenkins']).toEqual({ ...broken, checks: `scm failed, target passed, ${own}` });
    expect(byName['gitlab-ci']).toMatchObject(valid);
    const asked = world.server.requests.slice(before).filter(({ path }) => path === answerOf('github user').path);
    expect(asked).toHaveLength(1);
    const scm = (await done(box.run('scm', 'show', 'code', '--json'))).json();
    expect(scm, 'only what was asked for is stored').toMatchObject({ lastVerifiedAt: longAgo.lastVerifiedAt });
  });

  it('says that the target broke it', async () => {
    const { byName, status } = await verify(appGone);
    expect(status).toBe(3);
    for (const name of names) {
      expect(byName[name], name).toEqual({
        outcome: 'invalid',
        errorCode: 'NOT_FOUND',
        checks: `scm passed, target failed, ${own}`,
        stored: 'INVALID',
        reason: expect.stringMatching(/^target: "app" is invalid: /),
      });
    }
  });

  it('is undecided while the SCM is, and keeps what is stored', async () => {
    const { byName, status } = await verify({ answers: { 'github user': page } });
    expect(status).toBe(5);
    const open = { outcome: 'undecided', errorCode: 'UNREACHABLE', stored: 'VALID', reason: null };
    expect(byName['github-actions']).toEqual({ ...open, checks: `scm undecided, target passed, ${skipped}` });
    expect(byName['jenkins']).toEqual({ ...open, checks: `scm undecided, target passed, ${own}` });
    expect(byName['gitlab-ci']).toMatchObject(valid);
  });

  it('is refused for a link that is, while another is undecided, and names that one', async () => {
    const { byName, status } = await verify({ answers: { 'github user': page } }, appGone);
    expect(status).toBe(3);
    expect(byName['jenkins']).toMatchObject({
      outcome: 'invalid',
      errorCode: 'NOT_FOUND',
      checks: `scm undecided, target failed, ${own}`,
      reason: expect.stringMatching(/^target: "app" is invalid: /),
    });
  });

  it('is refused in its own part', async () => {
    const jenkins = mishapOf('INVALID', 'jenkins');
    const { byName, status } = await verify(jenkins, mishapOf('NOT_FOUND', 'gitlab-ci'), mishapOf('EXPIRED', 'linear'));
    expect(status).toBe(3);
    expect(byName['jenkins']).toMatchObject({
      errorCode: 'INVALID',
      checks: 'scm passed, target passed, credential failed, resource skipped, permission skipped',
      reason: 'credential: Jenkins does not accept the user and the API token (401)',
    });
    expect(byName['gitlab-ci']).toMatchObject({
      errorCode: 'NOT_FOUND',
      checks: 'scm passed, target passed, credential passed, resource failed, permission skipped',
    });
    expect(byName['github-actions']).toMatchObject(valid);
  });

  describe('in a run of everything', () => {
    it('takes the verdict on the SCM that the run has reached already', async () => {
      world.mishaps();
      const before = world.server.requests.length;
      await done(box.run('verify', '--json'));
      const asked = world.server.requests.slice(before).map(({ path }) => path);
      for (const name of ['actions branch', 'apple apps'] as const) {
        expect(asked.filter((path) => path === answerOf(name).path)).toHaveLength(1);
      }
    });

    it('never tells an end that is the SCM’s', async () => {
      world.mishaps();
      const items: { category: string; expiresAt: string | null }[] = (await box.run('verify', '--json')).json();
      const told = items.filter(({ expiresAt }) => expiresAt !== null).map(({ category }) => category);
      expect(new Set(told)).toEqual(new Set(['scm']));
    });
  });

  it('keeps no verdict when its SCM is changed while it is asked', async () => {
    world.mishaps({
      answers: {
        'actions workflow': async () => {
          await done(box.run('scm', 'update', 'code', '--default-branch', 'main'));
          return answerOf('actions workflow').good as Reply;
        },
      },
    });
    const result = await box.run('pipeline', 'verify', 'github-actions', '--json');
    await done(box.run('scm', 'update', 'code', '--default-branch', 'trunk'));
    const [item] = result.json();
    expect(result.stderr).toContain(`${item.id} was changed while its provider was asked`);
    expect(item).toMatchObject({ outcome: 'valid', status: 'VALID', hint: expect.stringContaining('not stored') });
    expect((await storedById(engine, box))[item.id]).toEqual(longAgo);
  });
});
