import { execFile } from 'node:child_process';
import { cpSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { apiDocument } from '../support/api-description.ts';
import { sqlite } from '../support/engines.ts';
import { runHere } from '../support/in-process.ts';
import { installed } from '../support/installed.ts';
import { scratchFolder } from '../support/package.ts';
import { checkout } from '../support/programs.ts';
import { sampleOf } from '../support/samples.ts';
import { serving } from '../support/serving.ts';

const project = join(checkout, 'test', 'support', 'api-client');

/* The generator and its compiler are an older TypeScript than ours. */

test('a client that is made of the document compiles, and prepares a release', async () => {
  const folder = scratchFolder('integrator');
  symlinkSync(await installed('api-client'), join(folder, 'node_modules'));
  cpSync(join(project, 'release.ts'), join(folder, 'release.ts'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'openapi.json'), JSON.stringify(apiDocument));
  const node = async (env: NodeJS.ProcessEnv, ...args: string[]) => {
    const options = { cwd: folder, env: { PATH: process.env['PATH'], ...env }, timeout: 110_000 };
    const ran = await promisify(execFile)(process.execPath, args, options).catch((error) => error);
    return { stdout: String(ran.stdout), stderr: String(ran.stderr) };
  };

  const made = await node({}, 'node_modules/openapi-typescript/bin/cli.js', 'openapi.json', '-o', 'api.d.ts');
  expect(existsSync(join(folder, 'api.d.ts')), made.stderr).toBe(true);
  const compilerOptions = {
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noUnusedLocals: true },
    ...{
      target: 'es2022',
      lib: ['es2022', 'dom'],
      module: 'nodenext',
      moduleResolution: 'nodenext',
      skipLibCheck: true,
    },
    ...{ types: ['node'], typeRoots: [join(checkout, 'node_modules', '@types')] },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['release.ts'] }));
  expect(await node({}, 'node_modules/typescript/bin/tsc')).toEqual({ stdout: '', stderr: '' });

  const box = await sqlite.sandbox();
  const cli = async (...args: string[]) => {
    const { status, stdout, stderr } = await runHere(box, {}, ...args, '--json', '--no-input');
    expect(status, stderr).toBe(0);
    return JSON.parse(stdout);
  };
  await cli('init', '--tenant', 'Acme', '--account', 'ops@acme.test', '--key-store', 'file');
  const { token } = await cli(
    'token',
    'add',
    '--name',
    'release',
    '--tenant',
    'Acme',
    '--scope',
    'read,write,verify,use',
  );
  const { id } = await cli('tenant', 'show', 'Acme');
  const key = sampleOf('app-store').credentials.find(({ column }) => column === 'applePrivateKey')?.value;
  // Nobody is there: what a provider would say is left open.
  box.env['INTEGRATIONS_GITHUB_API_URL'] = 'http://127.0.0.1:9';
  box.env['INTEGRATIONS_APP_STORE_API_URL'] = 'http://127.0.0.1:9';
  const told = await node({ API: await serving(box), TOKEN: token, TENANT: id, KEY: key }, 'release.js');
  expect(told).toEqual({
    stdout: [
      'https://github.com/acme/mobile',
      '.github/workflows/release.yml',
      'credentials {"accessToken":true,"refreshToken":false}',
      'again 409 CONFLICT',
      'release undecided',
      'build 503 UNDECIDED',
      'update scm code defaultBranch',
      '',
    ].join('\n'),
    stderr: '',
  });
});
