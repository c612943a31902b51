import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { CliOptions, Environment, Sandbox } from './cli.ts';
import { checkout, findProgram, run } from './programs.ts';

/** Numbers of Linux, for which alone the disk fails. */
export const diskErrors = { EIO: 5, ENOSPC: 28, EROFS: 30, EDQUOT: 122 } as const;

export interface DiskFault {
  error: keyof typeof diskErrors;
  /** The first call that fails, of all that write beneath the folders of the sandbox. */
  at: number;
  /** How many fail from then on; all of them where it is absent. */
  times?: number | undefined;
}

/** Commands whose calls to the file system fail where a test wants it: writes, syncs, renames, links, new files and folders. */
export async function failingDisk(): Promise<{
  failing(box: Sandbox, fault: DiskFault): CliOptions;
  /** Runs without a fault. @returns how many calls there were that could fail */
  count(box: Sandbox, options: CliOptions, ...args: string[]): Promise<number>;
}> {
  const compiler = findProgram('cc', 'gcc', 'clang');
  if (!compiler || process.platform !== 'linux') throw new Error('These tests need Linux and a C compiler.');
  const library = join(inject('runDirectory'), `failing-disk-${process.pid}.so`);
  await run(compiler, [
    '-shared',
    '-fPIC',
    '-O1',
    '-o',
    library,
    join(checkout, 'test/support/failing-disk.c'),
    '-ldl',
  ]);
  const preloaded = ({ configDir, dataDir }: Sandbox, more: Environment): Environment => ({
    LD_PRELOAD: library,
    FAILING_FOLDERS: `${configDir}:${dataDir}:`,
    ...more,
  });
  return {
    failing: (box, { error, at, times }) => ({
      env: preloaded(box, {
        FAILING_AT: String(at),
        FAILING_ERRNO: String(diskErrors[error]),
        ...(times === undefined ? {} : { FAILING_TIMES: String(times) }),
      }),
    }),
    async count(box, options, ...args) {
      const file = join(box.root, 'calls');
      const env = { ...options.env, ...preloaded(box, { FAILING_COUNT: file }) };
      await box.runWith({ ...options, env }, ...args);
      return Number(readFileSync(file, 'utf8'));
    },
  };
}
