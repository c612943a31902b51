import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { boxAt } from '../../support/builds/box.ts';
import { githubWithRuns } from '../../support/builds/github.ts';
import { gitlabWithPipelines } from '../../support/builds/gitlab.ts';
import { type Jenkins, type JenkinsStart, jenkinsWithBuilds } from '../../support/builds/jenkins.ts';
import type { Sandbox } from '../../support/cli.ts';
import { sqlite } from '../../support/engines.ts';
import { runHere } from '../../support/in-process.ts';

const clock = vi.hoisted(() => ({ waiting: (_: number) => {} }));
vi.mock('../../../src/app/runs/options.ts', () => ({
  defaultSleep: async (ms: number) => {
    vi.setSystemTime(Date.now() + ms);
    clock.waiting(ms);
  },
}));

beforeEach(() => {
  clock.waiting = () => {};
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
});
afterEach(() => void vi.useRealTimers());

async function run(box: Sandbox, ...args: string[]) {
  const { status, stdout, stderr } = await runHere(box, {}, ...args, '--json');
  const last = stderr.trimEnd().split('\n').at(-1) ?? '';
  return {
    status,
    stderr,
    answer: stdout === '' ? undefined : JSON.parse(stdout),
    error: last.startsWith('{') ? JSON.parse(last).error : undefined,
  };
}

describe('Jenkins', () => {
  let jenkins: Jenkins;
  let box: Sandbox;
  const trigger = (...flags: string[]) => run(box, 'pipeline', 'trigger', 'ios', ...flags);

  beforeEach(async () => {
    vi.useRealTimers();
    jenkins = await jenkinsWithBuilds();
    box = await boxAt(sqlite, jenkins);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  });

  it.each<[JenkinsStart, number, RegExp]>([
    ['declined', 8, /does not queue it/],
    ['sign-in', 3, /sign-in page/],
    ['not accepted', 8, /takes no parameters any more, or one of the values/],
    ['disabled', 8, /cannot be built/],
  ])('%s is refused', async (start, status, message) => {
    jenkins.start = start;
    const failed = await trigger();
    expect([failed.status, failed.error.message]).toEqual([status, expect.stringMatching(message)]);
    expect((await run(box, 'runs')).answer).toMatchObject([{ state: 'refused' }]);
  });

  it('says that ours joined one that waits', async () => {
    await trigger('--run-id', 'one');
    jenkins.start = 'joined';
    const { answer, stderr } = await trigger('--run-id', 'two');
    expect(answer).toMatchObject({ joined: true, state: 'queued' });
    expect(stderr).toContain('joins one that waits');
    expect(jenkins.started).toHaveLength(1);
  });

  it('finds a build that has left the queue before anybody looked', async () => {
    const { runId } = (await trigger()).answer;
    jenkins.phase = 'succeeded';
    jenkins.forgetsItems = true;
    expect(await run(box, 'pipeline', 'watch', runId)).toMatchObject({ status: 0, answer: { providerRunId: '1' } });
  });

  it('asks for one of the choices, and takes no file', async () => {
    jenkins.definitions = [
      { name: 'TRACK', type: 'ChoiceParameterDefinition', choices: ['alpha', 'beta'] },
      { name: 'QUIET', type: 'BooleanParameterDefinition' },
      { name: 'NOTES', type: 'FileParameterDefinition' },
    ];
    const { status, error } = await trigger('--env', 'TRACK=gamma', '--env', 'QUIET=yes', '--env', 'NOTES=x');
    expect(status).toBe(64);
    expect(error.message).toContain('TRACK is one of alpha, beta');
    expect(error.message).toContain('QUIET is one of true, false');
    expect(error.message).toContain('NOTES takes a file');
    expect(jenkins.started).toEqual([]);
  });

  it('starts a job without parameters by its other address, and refuses a branch for it', async () => {
    jenkins.declared = [];
    expect((await trigger('--ref', 'main')).status).toBe(64);
    expect((await trigger()).status, 'LANE is stored, and not declared').toBe(64);
    await run(box, 'pipeline', 'update', 'ios', '--env', 'LANE=');
    expect((await trigger()).status).toBe(0);
    expect(jenkins.server.requests.at(-1)).toMatchObject({ method: 'POST', body: 'delay=0sec' });
    expect(jenkins.server.requests.at(-1)?.path).toMatch(/\/release\/build$/);
  });

  it('names the job of a branch as Jenkins does', async () => {
    const branch = '/jenkins/job/mobile/job/release/job/feature%252Fx';
    jenkins.instead = ({ path, method }) => {
      const headers = { 'x-jenkins': '2' };
      if (path === '/jenkins/job/mobile/job/release/api/json')
        return { headers, json: { _class: 'org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject' } };
      return method === 'GET' && path.includes('/queue/') ? { status: 404, headers, body: '' } : undefined;
    };
    jenkins.server.on('GET', `${branch}/api/json`, {
      json: { _class: 'x.WorkflowJob', buildable: true, property: [{ parameterDefinitions: [{ name: 'LANE' }] }] },
    });
    jenkins.server.on('POST', `${branch}/buildWithParameters`, {
      status: 201,
      headers: { location: '/queue/item/7/' },
    });
    expect((await trigger()).error.message).toContain('branches');
    const { status, answer } = await trigger('--ref', 'feature/x');
    expect([status, answer.ref]).toEqual([0, 'feature/x']);
    expect(answer.url).toBe(`${jenkins.server.url}${branch}/`);
  });
});

describe('GitLab', () => {
  it('plays a manual job once, and follows the job alone', async () => {
    vi.useRealTimers();
    const gitlab = await gitlabWithPipelines({ job: 'release' });
    const box = await boxAt(sqlite, gitlab);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    clock.waiting = () => {
      if (gitlab.plays === 0) gitlab.jobStatus = 'manual';
      else gitlab.phase = 'succeeded';
    };
    const { status, answer, stderr } = await run(box, 'pipeline', 'trigger', 'ios', '--wait');
    expect(status, stderr).toBe(0);
    expect(answer.state).toBe('succeeded');
    expect(gitlab.plays).toBe(1);
  });

  it('sends declared inputs as inputs, and the rest as variables', async () => {
    vi.useRealTimers();
    const gitlab = await gitlabWithPipelines();
    gitlab.declared = ['LANE'];
    const box = await boxAt(sqlite, gitlab);
    expect((await run(box, 'pipeline', 'trigger', 'ios')).status).toBe(0);
    const body = JSON.parse(gitlab.server.requests.findLast(({ method }) => method === 'POST')?.body ?? '');
    expect(body).toEqual({ ref: 'trunk', inputs: { LANE: 'release' } });
  });
});

describe('GitHub', () => {
  it('refuses a commit and a branch that is not there, and tells who is waited for', async () => {
    vi.useRealTimers();
    const github = await githubWithRuns();
    const box = await boxAt(sqlite, github);
    for (const ref of ['a'.repeat(40), 'nowhere'])
      expect((await run(box, 'pipeline', 'trigger', 'ios', '--ref', ref)).status).toBe(64);
    expect(github.started).toEqual([]);
    await run(box, 'pipeline', 'trigger', 'ios', '--ref', 'trunk');
    github.phase = 'waiting';
    const [seen] = (await run(box, 'pipeline', 'runs', 'ios')).answer;
    expect(seen).toMatchObject({ state: 'waiting', ref: 'trunk', detail: 'it waits for the environment production' });
  });
});
