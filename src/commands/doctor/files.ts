import { existsSync, readdirSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Check, type Finding, orOk, type Severity } from '../../app/doctor/check.ts';
import { given } from '../../config/settings.ts';
import type { Context } from '../../context.ts';
import { plural, sentenceList, shellWord } from '../../core/text.ts';
import { copiesOf } from '../../db/copy.ts';
import type { Location } from '../../db/location.ts';
import { configFile, keyRingFile } from '../../files/directories.ts';
import { abandonedFolders } from '../../files/private-folder.ts';
import { systemCode, systemReason } from '../../files/system-error.ts';

interface Guarded {
  path: string;
  /** As in the sentence `the key ring … can be read by others`. */
  what: string;
  isFolder?: true;
  /** How bad it is that others read it; undefined: it is not. That others change it is always an error. */
  read: Severity | undefined;
}

/** Who else can read or change what is kept in files. */
export const files: Check<Context> = {
  id: 'files',
  needs: [],
  code: 'INTERNAL',
  doing: 'Looking at the files',
  async look(context) {
    const user = process.getuid?.();
    if (user === undefined) return [{ severity: 'info', finding: 'not checked: this system has no file modes' }];
    const guarded = await guardedFiles(context);
    const seen = guarded.flatMap((each) => statOf(each) ?? []);
    const findings = seen.flatMap(({ file, stats }) =>
      typeof stats === 'string' ? [unseen(file, stats)] : faultsOf(file, stats, user),
    );
    findings.push(...(await copiesLeft(context)), ...foldersLeft(context));
    return orOk(
      findings,
      seen.length === 0 ? 'there are none yet' : `nobody else has access to the ${seen.length} of them`,
    );
  },
};

async function guardedFiles(context: Context): Promise<Guarded[]> {
  const { directories, env } = context;
  return [
    { path: directories.config, what: 'the configuration folder', isFolder: true, read: 'warning' },
    { path: configFile(directories), what: 'the configuration', read: undefined },
    { path: keyRingFile(directories), what: 'the key ring', read: 'error' },
    ...namedFile(given(env, 'INTEGRATIONS_KEYRING_FILE'), 'the key ring'),
    ...namedFile(given(env, 'INTEGRATIONS_DATABASE_PASSWORD_FILE'), "the database's password file"),
    ...(await databaseFiles(context)),
  ];
}

/** Where the secret itself was given in place of its path, there is no such file, and nothing of it is told. */
function namedFile(path: string | undefined, what: string): Guarded[] {
  return path && existsSync(path) ? [{ path, what, read: 'warning' }] : [];
}

/** The embedded database, its log, and the copies that migrations leave beside it. */
async function databaseFiles(context: Context): Promise<Guarded[]> {
  const location = await locationOf(context);
  if (location?.engine !== 'sqlite') return [];
  const folder = dirname(location.path);
  const name = basename(location.path);
  const names = namesIn(folder).filter((each) => each === name || /^(-wal|-shm|\.before-)/.test(afterName(each, name)));
  const what = 'the database';
  return [
    { path: folder, what: `the folder of ${what}`, isFolder: true, read: location.embedded ? 'warning' : undefined },
    ...names.map((each) => ({ path: join(folder, each), what, read: 'warning' as const })),
  ];
}

/** They hold the credentials of then, removed ones too. */
async function copiesLeft(context: Context): Promise<Finding[]> {
  const location = await locationOf(context);
  const copies = location?.engine === 'sqlite' && existsSync(location.path) ? copiesOf(location.path) : [];
  return copies.length === 0
    ? []
    : [
        {
          severity: 'info',
          finding: `${plural(copies.length, 'copy', 'copies')} of the database from before migrations: ${sentenceList(copies)}; they still hold what was removed since`,
          remedy: `rm ${copies.map(shellWord).join(' ')}`,
        },
      ];
}

/** They hold keys in plain text: an exec was killed, and could not remove them. */
function foldersLeft({ env }: Context): Finding[] {
  const folders = abandonedFolders(env);
  return folders.length === 0
    ? []
    : [
        {
          severity: 'warning',
          finding: `${plural(folders.length, 'folder')} with keys in plain text from an exec that was killed: ${sentenceList(folders)}`,
          remedy: `rm -r ${folders.map(shellWord).join(' ')}; the next exec removes ${folders.length === 1 ? 'it' : 'them'} too`,
        },
      ];
}

function locationOf(context: Context): Promise<Location | undefined> {
  return context.settings().then(
    (settings) => settings.location,
    () => undefined,
  );
}

function afterName(file: string, name: string): string {
  return file.startsWith(name) ? file.slice(name.length) : '';
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** @returns undefined where there is no such file; in place of its state, why it cannot be seen */
function statOf(file: Guarded): { file: Guarded; stats: Stats | string } | undefined {
  try {
    return { file, stats: statSync(file.path) };
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? undefined : { file, stats: systemReason(error) };
  }
}

function unseen({ path, what }: Guarded, reason: string): Finding {
  return { severity: 'warning', finding: `${what} ${path} cannot be checked: ${reason}` };
}

function faultsOf({ path, what, isFolder, read }: Guarded, stats: Stats, user: number): Finding[] {
  const findings: Finding[] = [];
  if (stats.uid !== user && stats.uid !== 0) {
    findings.push({
      severity: 'error',
      finding: `${what} ${path} belongs to another user (${stats.uid}), who can change it`,
      remedy: `chown ${user} ${shellWord(path)}`,
    });
  }
  // In a folder with the sticky bit nobody can replace what is another's.
  const isChangeable = (stats.mode & 0o022) !== 0 && !(isFolder && (stats.mode & 0o1000) !== 0);
  const isReadable = (stats.mode & (isFolder ? 0o055 : 0o044)) !== 0;
  const severity = isChangeable ? 'error' : isReadable ? read : undefined;
  if (severity) {
    findings.push({
      severity,
      finding: `${what} ${path} can be ${isChangeable ? 'changed' : 'read'} by others`,
      remedy: `chmod ${isFolder ? 700 : 600} ${shellWord(path)}`,
    });
  }
  return findings;
}
