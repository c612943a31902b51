import { defineConfig } from 'rolldown';

export default defineConfig({
  input: 'test/bench/main.ts',
  platform: 'node',
  external: ['knex', 'mysql2', 'mysql2/promise', 'better-sqlite3', 'vitest', /^vitest\//],
  output: { dir: 'node_modules/.cache/bench', format: 'esm', entryFileNames: '[name].mjs' },
});
