import { defineConfig } from 'rolldown';

// CommonJS, because Node starts it faster than ES modules. What is native, or loads its parts by computed names, stays
// outside; everything else is cut into chunks that are read when they are needed.
export default defineConfig({
  // The second one is the thread of `key rotate`.
  input: ['src/main.ts', 'src/reseal-worker.ts'],
  platform: 'node',
  external: ['knex', 'mysql2', 'better-sqlite3', 'keytar'],
  output: {
    dir: 'dist',
    format: 'cjs',
    // A build beside a run of the product must not take its chunks away; their names tell their content.
    cleanDir: false,
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    // Names stay, for the traces of --debug.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  },
});
