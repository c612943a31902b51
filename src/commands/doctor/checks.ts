import type { Check } from './check.ts';
import { configuration } from './configuration.ts';
import { credentials } from './credentials.ts';
import { clock, database } from './database.ts';
import { files } from './files.ts';
import { ending, pipelines, types, verifications } from './integrations.ts';
import { keychain, keys } from './keys.ts';
import { proxy } from './proxy.ts';
import { hostTables, schema, schemaParts } from './schema.ts';

/** In the order in which they are made and told: each behind those it needs. */
export const checks: readonly Check[] = [
  configuration,
  files,
  keychain,
  database,
  schema,
  schemaParts,
  hostTables,
  clock,
  keys,
  types,
  credentials,
  pipelines,
  verifications,
  ending,
  proxy,
];
