import { createHash } from 'node:crypto';
import type { TicketMark } from '../../core/tickets.ts';
import type { Integration } from '../../db/stores/codec.ts';

/** By what the ticket of a key is found again: made of what never changes alone, so that a new title finds the same one. */
export function markOf({ tenantId, id }: Pick<Integration, 'tenantId' | 'id'>, key: string): TicketMark {
  const digest = createHash('sha256')
    .update(JSON.stringify([tenantId, id, key]))
    .digest('hex');
  const hex = digest.slice(0, 32).split('');
  hex[12] = '4';
  hex[16] = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return {
    label: `integrations-${digest.slice(0, 12)}`,
    id: hex.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  };
}
