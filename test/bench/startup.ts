import { anotherNode } from '../support/another-node.ts';
import { findProgram } from '../support/programs.ts';
import { compare, cpuOf, type Result, timeNode } from './measure.ts';

const bin = 'bin/integrations.cjs';

/** What is told without work, against Node that does nothing. */
export async function startup(): Promise<Result[]> {
  const results: Result[] = [];
  for (const [line, limit] of [
    ['--version', 1.25],
    ['--help', 1.25],
    ['scm --help', 1.35],
    ['scm add github --help', 1.35],
  ] as const) {
    const ours = { name: line, run: () => timeNode({ args: [bin, ...line.split(' ')] }) };
    const bare = { name: 'node -e 0', run: () => timeNode({ args: ['-e', '0'] }) };
    results.push({ name: line, unit: 'node -e 0', limit, ...(await compare(ours, bare, { rounds: 41 })) });
  }
  return [...results, ...(await againstGh())];
}

/** The processor's time for `--version` on Node 22 against that of Debian's `gh`, where it is installed. */
async function againstGh(): Promise<Result[]> {
  const gh = findProgram('gh');
  if (!gh) {
    process.stderr.write('gh is not installed: --version is not measured against it.\n');
    return [];
  }
  const node = await anotherNode('22');
  const ours = { name: 'ours', run: () => cpuOf(node, [bin, '--version']) };
  const theirs = { name: 'gh', run: () => cpuOf(gh, ['--version']) };
  const compared = await compare(ours, theirs, { rounds: 41 });
  return [{ name: "--version on Node 22, processor's time", unit: 'gh --version', limit: 1, ...compared }];
}
