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
  ELOOP: 'the path goes in circles',
  ENAMETOOLONG: 'the name is too long',
};

export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Why the operating system refused, in words. */
export function systemReason(error: unknown): string {
  const code = systemCode(error);
  return (code && reasons[code]) ?? code ?? 'unknown reason';
}
