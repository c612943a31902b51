import { type ExecFileOptions, execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** Where servers live that PATH does not name: Debian, Fedora, Homebrew. */
const serverFolders = ['/usr/sbin', '/usr/local/sbin', '/usr/libexec', '/usr/local/bin'].concat(
  ['/opt/homebrew', '/usr/local', '/home/linuxbrew/.linuxbrew'].flatMap((brew) => [
    `${brew}/bin`,
    `${brew}/opt/mariadb/bin`,
    `${brew}/opt/mysql/bin`,
  ]),
);

/** The first of these programs that is there, by full path. */
export function findProgram(...names: string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean).concat(serverFolders);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** Runs to the end with `input`, and returns standard output; a failure quotes what the program said. */
export function run(
  program: string,
  args: string[],
  { input, ...options }: ExecFileOptions & { input?: string } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const all = { cwd: checkout, maxBuffer: 1 << 28, ...options, encoding: 'utf8' as const };
    const child = execFile(program, args, all, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      if (error.code === 'ENOENT') {
        return reject(new Error(`${program} cannot be found. What the tests need is in README.md, "The code".`));
      }
      const status = error.code ?? error.signal;
      reject(new Error(`${[program, ...args].join(' ')} failed: ${status}\n${stdout}${stderr}`.trim()));
    });
    // What it did not want to read is told by its status.
    child.stdin?.on('error', () => {}).end(input);
  });
}

export function mayInstallDebianPackages(): boolean {
  return process.getuid?.() === 0 && findProgram('apt-get') !== undefined;
}

export async function installDebianPackages(...packages: string[]): Promise<void> {
  // At run level 1 Debian's maintainer scripts start no service.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const lock = ['-o', 'DPkg::Lock::Timeout=300'];
  await run('apt-get', [...lock, 'update'], { env });
  await run('apt-get', [...lock, 'install', '-y', '--no-install-recommends', ...packages], { env });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
