export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export type VerificationStatus = 'NOT_VERIFIED' | 'VALID' | 'INVALID' | 'EXPIRED';

/** What every integration has. Times are ISO 8601 in UTC. */
export interface StoredIntegration {
  id: string;
  tenantId: string;
  /** What people call it; unique in the tenant and category. */
  displayName: string;
  verificationStatus: VerificationStatus;
  lastVerifiedAt: string | null;
  /** Why the provider refused it. */
  verificationError: string | null;
  /** When its credential ends, where that is known. */
  credentialExpiresAt: string | null;
  isActive: boolean;
  configuredByAccountId: string;
  createdAt: string;
  updatedAt: string;
}
