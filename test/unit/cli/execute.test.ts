import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { execute } from '../../../src/cli/execute.ts';
import type { Command } from '../../../src/commands/command.ts';
import { createEffects } from '../../../src/core/effects.ts';
import { AppError } from '../../../src/core/error.ts';
import type { View } from '../../../src/output/view.ts';

/** Runs a command that answers this, or throws it. */
async function run(answer: () => View | undefined, more: Partial<Command> = {}, fields?: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'execute-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const env = { INTEGRATIONS_CONFIG_DIR: folder, INTEGRATIONS_DATA_DIR: folder };
  let out = '';
  const stdout = new Writable({
    write(chunk, _, done) {
      out += chunk;
      done();
    },
  });
  let calls = 0;
  const command: Command = {
    name: 'try',
    summary: 'Try',
    run: async () => {
      calls += 1;
      return answer();
    },
    ...more,
  };
  const globals = {
    output: 'json',
    noInput: true,
    yes: false,
    quiet: false,
    debug: false,
    noColor: true,
    noPager: true,
    fields,
  };
  const streams = { stdin: Readable.from([]), stdout, stderr: stdout };
  const interruption = {
    effects: createEffects(),
    signal: new AbortController().signal,
    hold: () => () => undefined,
    handOver: () => () => undefined,
    endBy: () => undefined,
  };
  const ended = await execute(
    { command, path: 'try', input: { args: [], rest: [], flags: {} }, globals },
    env,
    streams,
    interruption,
  )
    .then((status) => ({ status }))
    .catch((error: unknown) => ({ error }));
  return { ...ended, out, calls };
}

const one: View = { kind: 'one', data: { id: 'scm_1' }, name: 'scm_1', lines: [] };
const shown = '{\n  "id": "scm_1"\n}\n';

test('what went well is 0, and what a view says more than that is its own', async () => {
  expect(await run(() => one)).toMatchObject({ status: 0, out: shown });
  expect(await run(() => ({ ...one, exitStatus: 2 }))).toMatchObject({ status: 2, out: shown });
  expect(await run(() => undefined)).toMatchObject({ status: 0, out: '' });
});

test('what failed all the same is told after the answer, and is no success', async () => {
  const failure = new AppError('VERIFICATION_FAILED', '1 integration of 1 is refused by the provider');
  expect(await run(() => ({ ...one, failure: () => failure, exitStatus: 0 }))).toMatchObject({
    error: failure,
    out: shown,
  });
  expect(await run(() => ({ ...one, failure: () => undefined }))).toMatchObject({ status: 0 });
});

test('a key that the answer will not have is refused before anything is done', async () => {
  const refused = await run(() => one, { keys: ['id'] }, ['name']);
  expect(refused).toMatchObject({ error: { exitStatus: 64 }, calls: 0, out: '' });
  expect(await run(() => one, { keys: ['id'] }, ['id'])).toMatchObject({ status: 0, calls: 1 });
});

test('an error is handed on as it is', async () => {
  const conflict = new AppError('CONFLICT', 'it is taken');
  const thrown = await run(() => {
    throw conflict;
  });
  expect(thrown).toMatchObject({ error: conflict, out: '' });
});
