// Builds dist/: the program, and what it is made of. The bundler is not run by its own command, which prints each file.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import config from '../.rolldown.config.mjs';
import { billOfMaterials, licenceTexts, packagesOf } from './contents.mjs';

const bundle = await rolldown(config);
const { output } = await bundle.write(config.output);
await bundle.close();

const packages = packagesOf(output.flatMap(({ moduleIds = [] }) => moduleIds));
const write = (name, text) => writeFileSync(join(config.output.dir, name), text);
write('sbom.cdx.json', `${JSON.stringify(billOfMaterials(packages), null, 2)}\n`);
write('THIRD-PARTY-LICENSES.txt', licenceTexts(packages));
