import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, defineConfig } from 'rolldown';

/** Modules of data that others are made of, with what the data is called: what they come to is put in their place. */
const prepared = { 'src/providers/summaries.ts': 'summaries', 'src/cli/outlines.ts': 'outlines' };

const evaluated = {
  name: 'evaluated',
  async load(id) {
    const [path, name] = Object.entries(prepared).find(([path]) => id.endsWith(`/${path}`)) ?? [];
    if (!path) return undefined;
    const dir = join('node_modules/.cache/evaluated', `${name}-${process.pid}`);
    // Packages are found from there, and only those that are asked are loaded.
    const external = /^[^./]/;
    await build({ input: id, platform: 'node', external, output: { dir, format: 'esm', entryFileNames: 'main.mjs' } });
    const { [name]: value } = await import(pathToFileURL(join(dir, 'main.mjs')));
    rmSync(dir, { recursive: true });
    // Text is read faster than an expression.
    return { code: `export const ${name} = JSON.parse(${JSON.stringify(JSON.stringify(value))});`, moduleType: 'js' };
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
  plugins: [twoDialects, readApart, evaluated],
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
