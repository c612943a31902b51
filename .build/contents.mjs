// What the bundle is made of, for those who audit it: of npm's list of everything that is installed here, what is in the
// bundle, and the licences of that.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @returns the packages that these modules belong to, each `{ name, version, license, folder }`, by name and version */
export function packagesOf(moduleIds) {
  const folders = moduleIds.map((id) => /^.*\/node_modules\/(@[^/]+\/)?[^/]+/.exec(id.replaceAll('\\', '/'))?.[0]);
  return [...new Set(folders)]
    .filter((folder) => folder !== undefined)
    .map((folder) => {
      const { name, version, license } = readJson(join(folder, 'package.json'));
      return { name, version, license, folder };
    })
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** CycloneDX, as npm writes it, and the same for the same sources. */
export function billOfMaterials(packages) {
  const { serialNumber: _, ...all } = JSON.parse(npmSbom());
  const { timestamp: __, component, ...metadata } = all.metadata;
  const { name } = readJson('package.json');
  const names = new Set(packages.map(nameOf));
  const components = all.components.filter((each) => names.has(nameOf(each)));
  const unknown = [...names].filter((each) => !components.some((other) => nameOf(other) === each));
  if (unknown.length > 0) throw new Error(`not in package-lock.json, but in the bundle: ${unknown.join(', ')}`);
  const isOurs = (ref) => ref === component['bom-ref'] || components.some((each) => each['bom-ref'] === ref);
  return {
    ...all,
    // npm takes the folder's name.
    metadata: { ...metadata, component: { ...component, name } },
    // For npm they are what only development needs.
    components: components.map(({ properties: _, ...each }) => ({ ...each, scope: 'required' })),
    dependencies: all.dependencies
      .filter(({ ref }) => isOurs(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isOurs) })),
  };
}

export function licenceTexts(packages) {
  const texts = packages.map(({ folder, license, ...each }) => {
    const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
    const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
    return `${nameOf(each)} (${license})\n\n${text || 'Comes without the text of its licence.'}\n`;
  });
  return `The program contains these packages.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** All of the lock, whatever an npm that runs this was told to install or to leave out. */
function npmSbom() {
  const what = ['--package-lock-only', '--include=dev', '--no-global'];
  return execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', ...what], {
    maxBuffer: 1 << 26,
  });
}

function nameOf({ name, version }) {
  return `${name}@${version}`;
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
