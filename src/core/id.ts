import { v7 } from 'uuid';

/** A new id such as `scm_019aa0c1…`: typed, lower-case, and sorted by the time of its making. */
export function newId(prefix: string): string {
  return `${prefix}_${v7().replaceAll('-', '')}`;
}

/** Follows every id of that kind that was made before a time, and precedes those that are made from then on. */
export function idAt(prefix: string, time: Date): string {
  return `${prefix}_${time.getTime().toString(16).padStart(12, '0')}`;
}

export function newUuid(): string {
  return v7();
}
