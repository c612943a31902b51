import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { type Program, runProgram } from '../../../src/commands/exec/child.ts';
import { atEnd } from '../../support/at-end.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const shell = (script: string, ...args: string[]): Program => ({
  command: 'sh',
  args: ['-c', script, 'sh', ...args],
  env: { PATH: process.env['PATH'] },
});

const signals = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGCONT'] as const;
const listening = () => signals.map((signal) => process.listenerCount(signal));

/** Sends a signal to the program's keeper, as the system does. */
function signal(name: NodeJS.Signals): void {
  process.listeners(name).at(-1)?.(name);
}

test.each([
  ['ends', shell('exit 3')],
  ['cannot be run', { command: '/tmp', args: [], env: {} }],
  ['is not there', { command: 'no-such-command-here', args: [], env: {} }],
])('where it %s, no signal ends this process before all is taken away', async (_, program) => {
  const before = listening();
  const seen: number[][] = [];
  const prepare = () => {
    seen.push(listening());
    return program;
  };
  await runProgram({ prepare, tidy: () => seen.push(listening()), signalsItself: false }).catch(() => undefined);
  const one = before.map((count) => count + 1);
  expect(seen).toEqual([one, one]);
  expect(listening()).toEqual(before);
});

test('what cannot be prepared is taken away, too', async () => {
  const tidy = vi.fn();
  const prepare = () => {
    throw new Error('full');
  };
  await expect(runProgram({ prepare, tidy, signalsItself: false })).rejects.toThrow('full');
  expect(tidy).toHaveBeenCalledOnce();
});

test('a program that ignores Ctrl-C is killed by the next one after ten seconds, and not before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'exec-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1_000);
  const script = 'trap "" INT; : >"$1"; while :; do sleep 0.05; done';
  const prepare = () => shell(script, join(folder, 'began'));
  const end = runProgram({ prepare, tidy: () => undefined, signalsItself: false });
  while (!existsSync(join(folder, 'began'))) await sleep(10);
  signal('SIGINT');
  clock.mockReturnValue(10_999);
  signal('SIGINT');
  expect(await Promise.race([end, sleep(100, 'runs')])).toBe('runs');
  clock.mockReturnValue(11_001);
  signal('SIGINT');
  expect(await end).toEqual({ status: 137, signal: 'SIGKILL' });
});

test.each([
  ['echo run by a shell', /^cannot run ".*\/script": it is no program, and no script that begins with #!/],
  ['', /it is no program/],
  ['#!/no/such/interpreter', /^cannot run ".*\/script": the program that its first line names is not there/],
])('a file that holds "%s" is run by no shell', async (content, message) => {
  const folder = mkdtempSync(join(tmpdir(), 'exec-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'script'), content, { mode: 0o755 });
  const ended = (program: Program) =>
    runProgram({ prepare: () => program, tidy: () => undefined, signalsItself: false });
  const error = { code: 'COMMAND_NOT_RUN', message: expect.stringMatching(message) };
  await expect(ended({ command: join(folder, 'script'), args: [], env: {} })).rejects.toMatchObject(error);
  await expect(ended({ command: 'script', args: [], env: { PATH: `/no/such:${folder}` } })).rejects.toMatchObject({
    code: 'COMMAND_NOT_RUN',
  });
});

test('an error quotes neither an argument nor a variable', async () => {
  const program = { command: 'true', args: ['--token', 'sentinel-argument'], env: { TOKEN: 'sentinel\0value' } };
  const error = await runProgram({ prepare: () => program, tidy: () => undefined, signalsItself: false }).catch(
    (thrown: Error) => thrown,
  );
  expect(error).toMatchObject({
    code: 'COMMAND_NOT_RUN',
    message: 'cannot run "true": a variable has a NUL character in it',
  });
});
