import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './support/longest-first.ts';

/**
 * `unit` needs no server and no build, so `--project unit` answers soon. Nor does `fuzz`, which tries as many inputs as
 * fit in its time; `system` is all the rest.
 */
const unit = 'test/unit/**/*.test.ts';
const fuzz = 'test/fuzz/**/*.test.ts';

// A test starts many processes, and on two cores it shares them with other tests.
const shared = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 20_000 } } };

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    pool: 'forks',
    // A good part of the time of a test is spent waiting, for a server, a lock or a process that it started.
    maxWorkers: 2 * availableParallelism(),
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...shared, name: 'unit', include: [unit] } },
      { test: { ...shared, name: 'fuzz', include: [fuzz] } },
      {
        test: {
          ...shared,
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: [unit, fuzz, 'test/cluster/**'],
          setupFiles: ['test/support/at-end.ts'],
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
    ],
  },
});
