import { build, defineConfig } from 'rolldown';

/** Puts what `summaries.ts` comes to in its place, so that the program's help names the providers without loading them. */
const evaluatedSummaries = {
  name: 'evaluated-summaries',
  async load(id) {
    if (!id.endsWith('/src/providers/summaries.ts')) return undefined;
    const { output } = await build({ input: id, platform: 'node', write: false, external: ['yaml'] });
    const { summaries } = await import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
    return { code: `export const summaries = ${JSON.stringify(summaries)};`, moduleType: 'js' };
  },
};

// CommonJS, because Node starts it faster than ES modules. What is native, or loads its parts by computed names, stays
// outside; everything else is cut into chunks that are read when they are needed.
export default defineConfig({
  // The second one is the thread of `key rotate`.
  input: ['src/main.ts', 'src/reseal-worker.ts'],
  platform: 'node',
  external: ['knex', 'mysql2', 'better-sqlite3', 'keytar'],
  plugins: [evaluatedSummaries],
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
