import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { atEnd } from './at-end.ts';
import { checkout } from './programs.ts';

/** Gone at the end of the file that asked for it. */
export function scratchFolder(name: string): string {
  const folder = mkdtempSync(join(inject('runDirectory') ?? tmpdir(), `${name}-`));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The checkout before anything was built in it, with the packages that are installed here. */
export function unbuiltCheckout(): string {
  const copy = scratchFolder('checkout');
  const left = new Set(['.git', 'dist', 'node_modules']);
  for (const name of readdirSync(checkout)) {
    if (!left.has(name)) cpSync(join(checkout, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(checkout, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

export interface Packed {
  tarball: string;
  /** What npm printed. */
  printed: string;
}

/** `npm pack` as its user types it, scripts included. */
export async function pack(): Promise<Packed> {
  const folder = scratchFolder('packed');
  const printed = await npm(['pack', '--pack-destination', folder], { cwd: unbuiltCheckout() });
  const [tarball = ''] = readdirSync(folder);
  return { tarball: join(folder, tarball), printed };
}

/** What npm prints, on both streams. */
export async function npm(args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)('npm', args, { cwd: checkout, maxBuffer: 1 << 28, ...options });
  return stdout + stderr;
}
