import { anotherNode } from '../support/another-node.ts';
import { debianGh } from './debian-gh.ts';
import { compare, cpuOf, type Result } from './measure.ts';

const bin = 'bin/integrations.cjs';

/** What is told without work, against Node that does nothing, in the processor's time. */
export async function startup(): Promise<Result[]> {
  const results: Result[] = [];
  for (const [line, limit] of [
    ['--version', 1.25],
    ['--help', 1.25],
    ['scm --help', 1.35],
    ['scm add github --help', 1.35],
  ] as const) {
    const ours = { name: line, run: () => cpuOf(process.execPath, [bin, ...line.split(' ')]) };
    const bare = { name: 'node -e 0', run: () => cpuOf(process.execPath, ['-e', '0']) };
    results.push({ name: line, unit: 'node -e 0', limit, ...(await compare(ours, bare, { rounds: 41 })) });
  }
  return [...results, ...(await againstGh())];
}

/** The processor's time for `--version` on Node 22 against that of Debian's `gh`, where there is one. */
async function againstGh(): Promise<Result[]> {
  const gh = await debianGh();
  if (!gh) {
    process.stderr.write('There is no gh here: --version is not measured against it.\n');
    return [];
  }
  const node = await anotherNode('22');
  const ours = { name: 'ours', run: () => cpuOf(node, [bin, '--version']) };
  const theirs = { name: 'gh', run: () => cpuOf(gh, ['--version']) };
  const compared = await compare(ours, theirs, { rounds: 41 });
  return [{ name: '--version on Node 22', unit: 'gh --version', limit: 1, ...compared }];
}
