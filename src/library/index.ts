export type { ErrorCode } from '../core/error.ts';
export { IntegrationsError } from './error.ts';
export type * from './integration.ts';
export type * from './integration-types.ts';
export { openIntegrations } from './open.ts';
export type * from './types.ts';
export { versionOf } from './version.ts';
