import { getSystemErrorMap } from 'node:util';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is not a directory',
  ENXIO: 'it is a socket, or a device that is not there',
  EISDIR: 'it is a directory',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this machine',
  ENOMEM: 'there is too little memory',
  EIO: 'the disk is failing, or a network drive is gone',
  ESTALE: 'it was on a network drive that is gone',
  EAGAIN: 'there are too many processes, or too little memory',
  ELOOP: 'the path goes in circles',
  ENAMETOOLONG: 'the name is too long',
  ERR_DLOPEN_FAILED: 'a part of it was built for another version of Node, or for another system',
  ERR_MEMORY_ALLOCATION_FAILED: 'there is too little memory',
  MODULE_NOT_FOUND: 'a part of it is missing',
  ERR_MODULE_NOT_FOUND: 'a part of it is missing',
};

const moreFiles = 'Raise the limit: ulimit -n 1024';
const moreMemory = 'End other programs, or give it more memory; then run it again.';
const freeSpace = 'Free some space, then run it again.';

const hints: Readonly<Record<string, string>> = {
  EMFILE: moreFiles,
  ENFILE: moreFiles,
  ENOMEM: moreMemory,
  EAGAIN: moreMemory,
  ERR_MEMORY_ALLOCATION_FAILED: moreMemory,
  ENOSPC: freeSpace,
  EDQUOT: freeSpace,
  EIO: "Check the system's log.",
  ERR_DLOPEN_FAILED: 'Install it again with the version of Node that runs it.',
  MODULE_NOT_FOUND: 'Install it again; in its own sources: npm run build',
  ERR_MODULE_NOT_FOUND: 'Install it again; in its own sources: npm run build',
};

export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Why the operating system refused, in words. */
export function systemReason(error: unknown): string {
  const code = systemCode(error);
  const errno = error instanceof Error ? (error as NodeJS.ErrnoException).errno : undefined;
  const [, told] = (errno !== undefined && getSystemErrorMap().get(errno)) || [];
  return (code && reasons[code]) ?? told ?? code ?? 'unknown reason';
}

/** What to do about what the operating system or Node refuses; undefined where it is no such error, or where that depends. */
export function systemHint(error: unknown): string | undefined {
  return hints[systemCode(error) ?? ''];
}
