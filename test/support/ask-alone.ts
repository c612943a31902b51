import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';
import { afterAll } from 'vitest';
import type { Verdict } from '../../src/core/verification.ts';
import { checkout, run } from './programs.ts';

/** One call of `ask`, as JSON. */
export interface LoneQuestion {
  provider: 'slack' | 'email';
  values: Record<string, string | string[]>;
  options?: { env?: Record<string, string>; timeoutMs?: number };
}

/** Asks in a process of its own: some variables, such as NODE_EXTRA_CA_CERTS, are read only when Node starts. */
export async function askAlone(question: LoneQuestion, env: Record<string, string>): Promise<Verdict> {
  const { PATH = '' } = process.env;
  const answer = await run(process.execPath, [await bundle(), JSON.stringify(question)], { env: { PATH, ...env } });
  return JSON.parse(answer) as Verdict;
}

const dir = join(checkout, 'node_modules', '.cache', `ask-alone-${process.pid}`);
let built: Promise<string> | undefined;

function bundle(): Promise<string> {
  built ??= build({
    input: join(checkout, 'test/support/ask-alone-main.ts'),
    platform: 'node',
    external: /^(node:|undici$|nodemailer$)/,
    output: { dir, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
    logLevel: 'silent',
  }).then(() => join(dir, 'ask-alone-main.mjs'));
  return built;
}

afterAll(() => rmSync(dir, { recursive: true, force: true }));
