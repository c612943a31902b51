import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, defineConfig } from 'rolldown';

/** Modules of data that others are made of, with what the data is called: what they come to is put in their place. */
const prepared = {
  'src/providers/summaries.ts': 'summaries',
  'src/providers/category-of.ts': 'categoryOf',
  'src/cli/outlines.ts': 'outlines',
  'src/cli/topics/index.ts': 'topics',
  'src/http/page/document.ts': 'page',
};

const evaluated = {
  name: 'evaluated',
  load: {
    filter: { id: Object.keys(prepared).map((path) => `**/${path}`) },
    async handler(id) {
      const name = prepared[relative(import.meta.dirname, id)];
      const dir = join('node_modules/.cache/evaluated', `${name}-${process.pid}`);
      // Packages are found from there, and only those that are asked are loaded.
      const external = /^[^./]/;
      const output = { dir, format: 'esm', entryFileNames: 'main.mjs' };
      await build({ input: id, platform: 'node', external, output });
      const { [name]: value } = await import(pathToFileURL(join(dir, 'main.mjs')));
      rmSync(dir, { recursive: true });
      // Text is read faster than an expression.
      return { code: `export const ${name} = JSON.parse(${JSON.stringify(JSON.stringify(value))});`, moduleType: 'js' };
    },
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

/** The driver reads a server's version, which is ASCII, as an encoding whose tables are larger than the driver. */
const plainVersion = {
  name: 'plain-version',
  transform: {
    filter: { id: /\/mysql2\/lib\/packets\/(handshake|auth_switch_request)\.js$/ },
    handler: (code) => code.replaceAll("'cesu8'", "'utf8'"),
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

/** Those of our own sources whose path matches. */
function source(pattern) {
  const folder = `${join(import.meta.dirname, 'src')}/`;
  return (id) => id.startsWith(folder) && pattern.test(id.slice(folder.length));
}

// CommonJS, because Node starts it faster than ES modules. What is native stays outside; everything else is cut into
// chunks that are read when they are needed.
export default defineConfig({
  input: {
    main: 'src/main.ts',
    // What it hands the command line to, for who has a process already.
    run: 'src/cli/run.ts',
    // What a program imports.
    library: 'src/library/index.ts',
    // The thread of `key rotate`.
    'reseal-worker': 'src/reseal-worker.ts',
    ...apart,
  },
  platform: 'node',
  // The last two are the drivers of the dialects that ours build on, which nothing asks for.
  external: ['better-sqlite3', 'keytar', 'mysql', 'sqlite3'],
  plugins: [twoDialects, plainVersion, readApart, evaluated],
  // What is evaluated takes a while.
  checks: { bundlerTimings: false, ineffectiveDynamicImport: false },
  output: {
    dir: 'dist',
    format: 'cjs',
    // A build beside a run of the product must not take its chunks away; their names tell their content.
    cleanDir: false,
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    codeSplitting: {
      // Finding a file takes as long as reading it, so what most commands need is one; but not what help is told with,
      // and not what brings a package that some do without.
      groups: [
        {
          name: 'start',
          test: source(
            /^(core\/(category|effects)|providers\/summaries|files\/system-error|commands\/(global-flags|index)|cli\/(entries|help|root))\./,
          ),
          priority: 1,
        },
        {
          name: 'common',
          test: source(/^(?!cli\/|commands\/[^/]*$|db\/(sqlite|mysql|sign-in|log|copy|migrate)\.)/),
          minShareCount: 4,
        },
      ],
    },
    // Names stay, for the traces of --debug.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  },
});
