import type { Knex } from 'knex';
import { datetime, integer, word } from './column.ts';
import { createTable, dropTable } from './table.ts';

const name = 'tenant_access_refusals';

/**
 * How often the API refused who called from an address, minute by minute, for all servers on this database together.
 * `id` is the minute and the address; rows of past minutes are taken away by whoever writes the next one.
 */
export function up(knex: Knex): Promise<void> {
  return createTable(knex, {
    name,
    columns: [word('id', 255, { required: true }), datetime('minute', { required: true }), integer('refusals', 0)],
    unique: [],
    indexes: [['idx_access_refusal_minute', 'minute']],
    foreignKeys: [],
  });
}

export function down(knex: Knex): Promise<void> {
  return dropTable(knex, name);
}
