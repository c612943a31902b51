// Reads all rows of a table in batches and writes other values into their sealed columns, a transaction a batch, with
// the driver alone: what `key rotate` is measured against.
const [engine, connection] = process.argv.slice(2);
const read = 'SELECT id, accessToken, refreshToken FROM tenant_scm_integrations WHERE id > ? ORDER BY id LIMIT 250';
/** As long as it was. */
const other = (sealed) => sealed.slice(1) + sealed[0];

if (engine === 'sqlite') {
  const { default: Database } = await import('better-sqlite3');
  const database = new Database(JSON.parse(connection).filename, { timeout: 10_000 });
  const reader = database.prepare(read);
  const writer = database.prepare('UPDATE tenant_scm_integrations SET accessToken = ?, refreshToken = ? WHERE id = ?');
  const rewrite = database.transaction((rows) => {
    for (const row of rows) writer.run(other(row.accessToken), other(row.refreshToken), row.id);
  });
  for (let rows = reader.all(''); rows.length > 0; rows = reader.all(rows.at(-1).id)) rewrite.immediate(rows);
} else {
  const { createConnection } = await import('mysql2/promise');
  const database = await createConnection(JSON.parse(connection));
  for (let after = ''; ; ) {
    const [rows] = await database.query(read, [after]);
    if (rows.length === 0) break;
    const cases = `CASE id ${rows.map(() => 'WHEN ? THEN ?').join(' ')} END`;
    await database.query(
      `UPDATE tenant_scm_integrations SET accessToken = ${cases}, refreshToken = ${cases} WHERE id IN (?)`,
      [
        ...rows.flatMap(({ id, accessToken }) => [id, other(accessToken)]),
        ...rows.flatMap(({ id, refreshToken }) => [id, other(refreshToken)]),
        rows.map(({ id }) => id),
      ],
    );
    after = rows.at(-1).id;
  }
  await database.end();
}
