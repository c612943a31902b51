import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/**
 * `unit` needs no server and no build, so `--project unit` answers soon. Nor does `fuzz`, which tries as many inputs as
 * fit in its time; `system` is all the rest.
 */
const unit = 'test/unit/**/*.test.ts';
const fuzz = 'test/fuzz/**/*.test.ts';

// A test starts many processes, and on two cores it shares them with other tests.
const shared = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    pool: 'forks',
    // Most of the time of a test passes in the processes it starts.
    maxWorkers: '100%',
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
