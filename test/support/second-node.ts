import { delimiter, dirname, join } from 'node:path';
import { anotherNode } from './another-node.ts';
import { npm, pack, scratchFolder } from './package.ts';
import { run } from './programs.ts';

export interface SecondNode {
  version: string;
  /** For `runCli` and `openTerminal`: the other Node, and the product installed for it. */
  node: string;
  bin: string;
  /** Where the product is installed. */
  folder: string;
  /** What npm printed meanwhile. */
  printed: string;
}

/**
 * The product as a user of a major that does not run the tests gets it: packed, and installed with that Node first on PATH for everybody on a
 * machine that has nothing else, outside our lock, so that npm chooses the better-sqlite3 that fits it.
 */
export async function secondNode(): Promise<SecondNode> {
  const node = await anotherNode(process.versions.node.startsWith('24.') ? '22' : '24');
  const home = dirname(dirname(node));
  // Its own headers, for what has to be compiled: the ones of the machine belong to another Node.
  const env = { ...process.env, PATH: join(home, 'bin') + delimiter + process.env['PATH'], npm_config_nodedir: home };

  const prefix = scratchFolder('second-node');
  const { tarball } = await pack();
  const printed = await npm(['install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', tarball], { env });
  return {
    version: (await run(node, ['--version'])).trim(),
    node,
    bin: join(prefix, 'bin', 'integrations'),
    folder: join(prefix, 'lib', 'node_modules', 'tenant-integrations'),
    printed,
  };
}
