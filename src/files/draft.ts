import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openNewFile } from './private-file.ts';
import { hasEnded, identityOf, ownIdentity } from './process-identity.ts';
import { systemCode } from './system-error.ts';

/** What a file is to hold, written beside it first: so it is changed whole or not at all. Its owner alone can read it. */
export interface Draft {
  /** Who writes it: the end of its name. */
  readonly writer: string;
  /** An empty file at first, for whoever fills it otherwise than with a text. */
  readonly path: string;
  /** Puts it in the place of the file. @throws ENOENT where another process removed the draft */
  publish(): void;
  /** Writes the text and publishes it. @throws as `publish` */
  replace(text: string): void;
  /** Writes the text and gives it the file's name. @throws EEXIST where there is something of that name already */
  create(text: string): void;
  /** Removes what is left of it. */
  discard(): void;
}

/** When a draft is removed although nothing is known of who writes it. */
export const staleMs = 60_000;

/** Begins a draft of a file, and removes those that killed processes left. @throws what the operating system refuses */
export function startDraft(path: string): Draft {
  removeAbandonedDrafts(path);
  const writer = `${ownIdentity()}-${randomBytes(2).toString('hex')}`;
  const draft = draftOf(path, writer);
  closeSync(openNewFile(draft));
  const fill = (text: string, owner: { uid: number; gid: number } | undefined) => {
    // Never made anew: whoever takes the place of this process removes the draft first.
    const file = openSync(draft, 'r+');
    try {
      writeFileSync(file, text);
      if (owner && process.getuid?.() === 0) fchownSync(file, owner.uid, owner.gid);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  };
  const publish = () => {
    renameSync(draft, path);
    syncFolder(path);
  };
  return {
    writer,
    path: draft,
    publish,
    replace(text) {
      fill(text, statSync(path, { throwIfNoEntry: false }));
      publish();
    },
    create(text) {
      fill(text, undefined);
      giveName(draft, path);
      syncFolder(path);
    },
    discard: () => rmSync(draft, { force: true }),
  };
}

/** Where a file really is: what links lead to is replaced, not the link. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** The draft of a file that a process writes. */
export function draftOf(path: string, writer: string): string {
  return `${path}.${writer}.new`;
}

export function isDraft(name: string): boolean {
  return name.endsWith('.new');
}

/** Of processes that have ended, and of those that nothing is known of, the old ones. */
function removeAbandonedDrafts(path: string): void {
  const prefix = `${basename(path)}.`;
  for (const name of namesIn(dirname(path))) {
    if (!name.startsWith(prefix) || !isDraft(name)) continue;
    // A lock is a draft, too, until it is one.
    const identity = identityOf(name.slice(prefix.length).replace(/^lock\./, ''));
    const draft = join(dirname(path), name);
    if (identity !== undefined && (hasEnded(identity) ?? isOld(draft))) rmSync(draft, { force: true });
  }
}

/** None where the folder may not be read: it may be written to all the same. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Whether a file that a living process would have been done with was made long ago. */
export function isOld(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs > staleMs;
}

function giveName(draft: string, path: string): void {
  try {
    linkSync(draft, path);
    rmSync(draft);
  } catch (error) {
    if (!hasNoLinks.has(systemCode(error) ?? '') || existsSync(path)) throw error;
    renameSync(draft, path);
  }
}

/** What a file system says that knows no second name for a file. */
const hasNoLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** The new name outlives a failure of power, too, as far as the file system can. */
function syncFolder(path: string): void {
  try {
    const folder = openSync(dirname(path), 'r');
    try {
      if (fstatSync(folder).isDirectory()) fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // The file is in its place, whatever a folder's own state.
  }
}
