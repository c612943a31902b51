import { readFileSync } from 'node:fs';
import { AppError, type ErrorCode } from '../core/error.ts';
import { quotable } from '../core/text.ts';
import { exposureAt, isReadableByOthers } from './exposure.ts';
import { systemReason } from './system-error.ts';

/** A file that a variable `…_FILE` names. Somebody else made it and guards it. */
export interface NamedSecret {
  readonly variable: string;
  readonly path: string;
  /** Whether the secret itself may stand in place of the path, so that no message repeats it. */
  readonly mayBeSecret: boolean;
}

/** As in the sentence `the keys come from …`. */
export function originOf({ variable, path, mayBeSecret }: NamedSecret): string {
  return mayBeSecret ? variable : `${variable} (${quotable(path, 255)})`;
}

/** What is to be said where it is used, though it is used all the same. */
export function cautionOf(file: NamedSecret): string | undefined {
  try {
    return isReadableByOthers(file.path) ? `${originOf(file)} can be read by others: chmod go-r it.` : undefined;
  } catch {
    // Reading it says why.
    return undefined;
  }
}

/** @throws AppError `code` when others can change it, it cannot be read or holds nothing */
export function readNamedSecret(file: NamedSecret, code: ErrorCode): string {
  const failed = (reason: string, cause?: unknown) =>
    new AppError(code, `${originOf(file)} ${reason}`, {
      hint: `It is the path of a file; what it holds goes into ${file.variable.replace(/_FILE$/, '')}.`,
      cause,
    });
  let text: string;
  try {
    const exposure = exposureAt(file.path);
    if (exposure)
      throw new AppError(code, `${originOf(file)} is not safe: ${exposure.fault}`, { hint: exposure.remedy });
    text = new TextDecoder().decode(readFileSync(file.path));
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw failed(`cannot be read: ${systemReason(error)}`, error);
  }
  if (text.trim() === '') throw failed('holds nothing');
  return text;
}
