import type { Knex } from 'knex';
import * as hostTables from './20261127_1_host_tables.ts';
import * as scm from './20261127_2_scm.ts';
import * as target from './20261127_3_target.ts';
import * as communication from './20261127_4_communication.ts';
import * as ticket from './20261127_5_ticket.ts';
import * as pipeline from './20261127_6_pipeline.ts';
import * as previousCredentials from './20261127_7_previous_credentials.ts';
import * as history from './20261127_8_history.ts';
import * as historyOfAccounts from './20261127_9_history_of_accounts.ts';
import * as accessTokens from './20261128_1_access_tokens.ts';
import * as runs from './20261128_2_runs.ts';
import * as accessRefusals from './20261128_4_access_refusals.ts';
import * as apiRequests from './20261128_5_api_requests.ts';

export interface Migration {
  readonly name: string;
  up(knex: Knex): Promise<void>;
  down(knex: Knex): Promise<void>;
}

/** In the order in which they run. A name is recorded in every database that the migration ran on: it never changes. */
export const migrations: readonly Migration[] = [
  { name: '20261127_1_host_tables', ...hostTables },
  { name: '20261127_2_scm', ...scm },
  { name: '20261127_3_target', ...target },
  { name: '20261127_4_communication', ...communication },
  { name: '20261127_5_ticket', ...ticket },
  { name: '20261127_6_pipeline', ...pipeline },
  { name: '20261127_7_previous_credentials', ...previousCredentials },
  { name: '20261127_8_history', ...history },
  { name: '20261127_9_history_of_accounts', ...historyOfAccounts },
  { name: '20261128_1_access_tokens', ...accessTokens },
  { name: '20261128_2_runs', ...runs },
  { name: '20261128_4_access_refusals', ...accessRefusals },
  { name: '20261128_5_api_requests', ...apiRequests },
];
