import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { anotherNode } from '../support/another-node.ts';
import { bareEnvironment, productBin, type Sandbox, sandbox } from '../support/cli.ts';
import { run } from '../support/programs.ts';
import { done } from '../support/workspace.ts';

describe('help is told without loading what it tells of', () => {
  test.each(['--version', '--help', 'scm --help', 'help pipeline add', 'key rotate --help'])('%s', async (line) => {
    const { root } = sandbox();
    const [preload, report] = [join(root, 'preload.cjs'), join(root, 'loaded')];
    writeFileSync(
      preload,
      `process.on('exit', () => require('node:fs').writeFileSync('${report}', JSON.stringify(Object.keys(require.cache))))`,
    );
    await run(process.execPath, ['-r', preload, productBin, ...line.split(' ')], {
      env: bareEnvironment({ HOME: root }),
    });
    const loaded: string[] = JSON.parse(readFileSync(report, 'utf8'));
    const chunks = loaded.map((file) => basename(file).replace(/(-[\w-]{8})?\.cjs$/, ''));
    expect(chunks).toContain('main');
    const few = ['preload', 'integrations', 'main', 'rolldown-runtime', 'start', 'prepared-help', 'outlines'];
    expect(chunks.filter((each) => !few.includes(each))).toEqual([]);
  });
});

describe('a Node that can keeps what it compiled where nobody else can put anything', () => {
  let node: string;
  let box: Sandbox;
  let kept: string;

  beforeAll(async () => {
    node = await anotherNode('24');
  }, 300_000);

  /** Runs a command with a folder for its cache that `prepare` has changed. @returns how many files it has afterwards */
  async function keptAfter(prepare: () => void): Promise<number> {
    box = sandbox();
    kept = join(box.home, '.cache', 'integrations', 'compiled');
    prepare();
    await done(box.runWith({ node }, 'provider', 'list'));
    return existsSync(kept) ? readdirSync(kept, { recursive: true }).length : 0;
  }

  const makeFolder = (mode: number) => {
    mkdirSync(kept, { recursive: true, mode: 0o700 });
    chmodSync(kept, mode);
  };

  test('in a folder of its own that it makes', async () => {
    expect(await keptAfter(() => undefined)).toBeGreaterThan(5);
    expect(statSync(kept).mode & 0o777).toBe(0o700);
  });

  test.each<[what: string, prepare: () => void]>([
    ['others can write the folder', () => makeFolder(0o777)],
    ['others can read the folder', () => makeFolder(0o755)],
    ['others can write the home', () => chmodSync(box.home, 0o777)],
    ['it would be a file', () => writeFileSync(join(box.home, '.cache'), '')],
    ...(process.getuid?.() === 0
      ? [
          [
            "the folder is another user's",
            () => {
              makeFolder(0o700);
              chownSync(kept, 12345, 12345);
            },
          ] as [string, () => void],
        ]
      : []),
  ])('not where %s', async (_, prepare) => {
    expect(await keptAfter(prepare)).toBe(0);
  });

  test('nor where there is no home', async () => {
    box = sandbox();
    const home = join(box.root, 'gone');
    await done(box.runWith({ node, env: { HOME: home } }, 'provider', 'list'));
    expect(existsSync(home)).toBe(false);
  });
});
