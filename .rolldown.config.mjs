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

/** Knex's own loader names every dialect there is; beside these two it would bring those of all other databases. */
const twoDialects = {
  name: 'two-dialects',
  load: {
    // MySQL's builds on the one of its older driver, SQLite's likewise.
    filter: { id: /\/knex\/lib\/dialects\/(?!mysql2?\/|better-sqlite3\/|sqlite3\/)[^/]+\/index\.js$/ },
    handler: () => `module.exports = class { constructor() { throw new Error('not in this bundle'); } };`,
  },
};

/** Files of their own, read where they are required: the bundler itself would put them beside who requires them. */
const apart = {
  // A database on a server.
  mysql2: 'mysql2',
  // A server that answers in anything but UTF-8.
  encodings: 'iconv-lite/encodings/index.js',
};
const readApart = {
  name: 'read-apart',
  resolveId: {
    filter: { id: /^(mysql2|\.\.\/encodings)$/ },
    handler: (request, importer) =>
      /\/(knex|iconv-lite)\/lib\//.test(importer ?? '')
        ? { id: `./${request.split('/').at(-1)}.cjs`, external: true }
        : null,
  },
};

// CommonJS, because Node starts it faster than ES modules. What is native stays outside; everything else is cut into
// chunks that are read when they are needed.
export default defineConfig({
  input: {
    main: 'src/main.ts',
    // The thread of `key rotate`.
    'reseal-worker': 'src/reseal-worker.ts',
    ...apart,
  },
  platform: 'node',
  // The last two are the drivers of the dialects that ours build on, which nothing asks for.
  external: ['better-sqlite3', 'keytar', 'mysql', 'sqlite3'],
  plugins: [twoDialects, readApart, evaluatedSummaries],
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
