// Answers one row and the first fifty with the driver alone behind bare node:http: what `serve` is measured against.
// It asks nobody for a token, and checks nothing. Prints its address.
import { createServer } from 'node:http';

const [engine, connection, tenantId] = process.argv.slice(2);
const one = 'SELECT * FROM tenant_scm_integrations WHERE tenantId = ? AND id = ?';
const fifty = 'SELECT * FROM tenant_scm_integrations WHERE tenantId = ? ORDER BY id LIMIT 50';
const query = await asking();

const server = createServer(async (request, response) => {
  const id = /\/scm\/(\w+)$/.exec(request.url)?.[1];
  const body = id ? (await query(one, [tenantId, id]))[0] : { items: await query(fifty, [tenantId]) };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));

async function asking() {
  if (engine === 'sqlite') {
    const { default: Database } = await import('better-sqlite3');
    const database = new Database(JSON.parse(connection).filename, { readonly: true });
    const prepared = new Map([one, fifty].map((sql) => [sql, database.prepare(sql)]));
    return (sql, values) => prepared.get(sql).all(...values);
  }
  const { default: mysql } = await import('mysql2/promise');
  const pool = mysql.createPool({ ...JSON.parse(connection), connectionLimit: 10 });
  return async (sql, values) => (await pool.query(sql, values))[0];
}
