// Builds dist/: the program, and what it is made of. The bundler is not run by its own command, which prints each file.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import config from '../.rolldown.config.mjs';
import { billOfMaterials, licenceTexts, packagesOf } from './contents.mjs';
import { writeDeclarations } from './declarations.mjs';

const bundle = await rolldown(config);
const { output } = await bundle.write(config.output);
await bundle.close();

const packages = packagesOf(output.flatMap(({ moduleIds = [] }) => moduleIds));
const write = (name, text) => writeFileSync(join(config.output.dir, name), text);
write('sbom.cdx.json', `${JSON.stringify(billOfMaterials(packages), null, 2)}\n`);
write('THIRD-PARTY-LICENSES.txt', licenceTexts(packages));

// One copy of the library, whichever way it is loaded: an error of it is an instance of the one class.
const { exports } = output.find(({ name }) => name === 'library');
write('library.mjs', `import library from './library.cjs';\n\nexport const { ${exports.join(', ')} } = library;\n`);
writeDeclarations(join(config.output.dir, 'types'));
