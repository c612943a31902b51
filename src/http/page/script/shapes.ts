import type { AppliedItem, PlanItem, TenantStatus, VerificationItem } from '../../../library/types.ts';
import type { ProviderDescription } from '../../provider-description.ts';

export type { FieldDescription, ProviderDescription } from '../../provider-description.ts';
export type { AppliedItem, PlanItem, TenantStatus, VerificationItem };

export type CategoryName = VerificationItem['category'];
export type Status = VerificationItem['status'];
/** An integration as the status of its tenant has it. */
export type Summary = TenantStatus['integrations'][number];

/** An integration with all its columns. */
export interface Integration {
  [column: string]: unknown;
  id: string;
  displayName: string;
  isActive: boolean;
  verificationStatus: Status;
  verificationError: string | null;
  lastVerifiedAt: string | null;
  credentialExpiresAt: string | null;
  createdAt: string;
  updatedAt: string;
  credentials: Readonly<Record<string, boolean>>;
}

/** What a pipeline uses. */
export interface Pipeline extends Integration {
  scmIntegrationId: string;
  targetIntegrationId: string;
}

export interface TenantName {
  id: string;
  displayName: string | null;
}

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

export type Scope = 'read' | 'write' | 'verify' | 'use' | 'admin';

/** One tenant as it was read. */
export interface Seen {
  tenant: { id: string; name: string };
  status: TenantStatus;
  pipelines: readonly Pipeline[];
  providers: readonly ProviderDescription[];
}
