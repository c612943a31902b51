import { createHash } from 'node:crypto';
import type { Json } from '../../../src/core/field.ts';
import type { Environment } from '../cli.ts';
import type { Exchange, ProviderServer, RawReply, Reply } from '../provider-server.ts';

/** What happens when a ticket is created; in the second half none is. */
export type Creation =
  | 'created'
  | 'created, and the connection cut'
  | 'created, and a fault told'
  | 'created, and nothing told'
  | 'connection cut'
  | 'fault'
  | 'input refused'
  | 'forbidden'
  | 'credential refused'
  | 'throttled';

/** A ticket as a double keeps it. */
export interface Kept {
  /** As people call it. */
  key: string;
  title: string;
  /** What it was created with: Jira's fields, Linear's input, Azure's operations. */
  sent: Json;
  status: string;
  links: { url: string; title: string }[];
}

/** A tracker that remembers what it was asked to create. */
export interface TicketDouble {
  server: ProviderServer;
  /** What the product needs to reach it. */
  env: Environment;
  provider: string;
  flags: string[];
  tickets: Kept[];
  creation: Creation;
  /** So many searches do not show what is new. */
  blindSearches: number;
  /** Stands in the place of its answers, where it gives one. */
  instead: (exchange: Exchange) => Reply | RawReply | undefined;
}

/** By what the tickets of a tenant, an integration and a key are known. */
export function markOfKey(tenantId: string, integrationId: string, key: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([tenantId, integrationId, key]))
    .digest('hex');
  return `integrations-${digest.slice(0, 12)}`;
}
