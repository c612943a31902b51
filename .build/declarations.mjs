// The types of the library, for those who import it: of all that the compiler declares, what its entry reaches.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const entry = 'library/index.d.ts';

/** Writes each file twice: an ES module's types are others than those of a CommonJS module, for the compiler. */
export function writeDeclarations(folder) {
  const declared = `node_modules/.cache/types-${process.pid}`;
  const args = ['--project', '.build/types.tsconfig.json', '--outDir', declared];
  execFileSync('node_modules/.bin/tsc', args, { stdio: 'inherit' });
  const files = new Set([entry]);
  for (const name of files) {
    const text = readFileSync(join(declared, 'src', name), 'utf8');
    const imports = /(?<=from ')(\.[^']+)\.ts(?=')/g;
    for (const [, path] of text.matchAll(imports)) files.add(`${join(dirname(name), path)}.d.ts`);
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text.replace(imports, '$1.js'));
    writeFileSync(join(folder, name.replace(/\.ts$/, '.cts')), text.replace(imports, '$1.cjs'));
  }
  rmSync(declared, { recursive: true });
}
