// The least that lists a tenant's scm integrations with Knex and the same driver: what `scm list` is measured against.
import knex from 'knex';

const [client, connection, tenantId] = process.argv.slice(2);
const db = knex({ client, connection: JSON.parse(connection), useNullAsDefault: true });
const rows = await db('tenant_scm_integrations').where({ tenantId }).orderBy('id').select('*');
process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
await db.destroy();
