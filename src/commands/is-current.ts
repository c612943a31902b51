import type { HostRow } from '../db/stores/host.ts';

/** Whether a reference from the settings names this row. */
export function isCurrent(row: HostRow, name: string | null, current: string | undefined): boolean {
  return current !== undefined && (row.id === current || name === current);
}
