import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** A suite of its own, because it takes fifteen more servers. They wait more than they work, so that all files run at once. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    name: 'cluster',
    include: ['test/cluster/*.test.ts'],
    setupFiles: ['test/support/at-end.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    pool: 'forks',
    maxWorkers: 5,
  },
});
