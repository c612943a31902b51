// Streams all rows of a table with the driver alone, a JSON line each: what `list -o jsonl` is measured against.
import { once } from 'node:events';

const [engine, connection, tenantId] = process.argv.slice(2);
const sql = 'SELECT * FROM tenant_scm_integrations WHERE tenantId = ? ORDER BY id';
let lines = '';

for await (const row of rows()) {
  lines += `${JSON.stringify(row)}\n`;
  if (lines.length > 65_536) await flush();
}
await flush();
process.exit(0);

async function flush() {
  const text = lines;
  lines = '';
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

async function* rows() {
  if (engine === 'sqlite') {
    const { default: Database } = await import('better-sqlite3');
    yield* new Database(JSON.parse(connection).filename, { readonly: true }).prepare(sql).iterate(tenantId);
    return;
  }
  const { default: mysql } = await import('mysql2');
  yield* mysql.createConnection(JSON.parse(connection)).query(sql, [tenantId]).stream({ highWaterMark: 1000 });
}
