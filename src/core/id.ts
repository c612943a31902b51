import { v7 } from 'uuid';

/** A new id such as `scm_019aa0c1…`: typed, lower-case, and sorted by the time of its making. */
export function newId(prefix: string): string {
  return `${prefix}_${v7().replaceAll('-', '')}`;
}

export function newUuid(): string {
  return v7();
}
