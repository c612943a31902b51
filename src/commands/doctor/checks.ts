import type { Check } from '../../app/doctor/check.ts';
import { credentials } from '../../app/doctor/credentials.ts';
import { clock, database, integrity } from '../../app/doctor/database.ts';
import { ending, pipelines, types, verifications } from '../../app/doctor/integrations.ts';
import { keys } from '../../app/doctor/keys.ts';
import { runs } from '../../app/doctor/runs.ts';
import { hostTables, schema, schemaParts } from '../../app/doctor/schema.ts';
import type { Context } from '../../context.ts';
import { configuration } from './configuration.ts';
import { files } from './files.ts';
import { keychain } from './keychain.ts';
import { proxy } from './proxy.ts';
import { variables } from './variables.ts';

/** In the order in which they are made and told: each behind those it needs. */
export const checks: readonly Check<Context>[] = [
  configuration,
  files,
  keychain,
  database,
  integrity,
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
  runs,
  proxy,
  variables,
];
