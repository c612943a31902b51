import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

/** Parses a manifest, and inserts rows that are sealed already, or reads them: what `apply` cannot do without. */
const [mode, engine, connection, manifest, rowsFile] = process.argv.slice(2);
const documents = parseAllDocuments(readFileSync(manifest, 'utf8')).map((document) => document.toJS());
if (documents.length === 0) throw new Error('the manifest is empty');
const table = 'tenant_scm_integrations';
const batch = 100;

if (engine === 'sqlite') {
  const { default: Database } = await import('better-sqlite3');
  const database = new Database(JSON.parse(connection).filename);
  if (mode === 'read') database.prepare(`SELECT * FROM ${table}`).all();
  else {
    const rows = JSON.parse(readFileSync(rowsFile, 'utf8'));
    const columns = Object.keys(rows[0]);
    const tuple = `(${columns.map(() => '?').join(', ')})`;
    for (let at = 0; at < rows.length; at += batch) {
      const some = rows.slice(at, at + batch);
      const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${some.map(() => tuple).join(', ')}`;
      database.transaction(() =>
        database.prepare(sql).run(some.flatMap((row) => columns.map((column) => row[column]))),
      )();
    }
  }
  database.close();
} else {
  const { createConnection } = await import('mysql2/promise');
  const database = await createConnection({ ...JSON.parse(connection), dateStrings: true });
  if (mode === 'read') await database.query(`SELECT * FROM ${table}`);
  else {
    const rows = JSON.parse(readFileSync(rowsFile, 'utf8'));
    const columns = Object.keys(rows[0]);
    for (let at = 0; at < rows.length; at += batch) {
      const some = rows.slice(at, at + batch).map((row) => columns.map((column) => instant(row[column])));
      await database.beginTransaction();
      await database.query(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ?`, [some]);
      await database.commit();
    }
  }
  await database.end();
}

/** Times came through JSON. */
function instant(value) {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*Z$/.test(value)
    ? value.slice(0, 19).replace('T', ' ')
    : value;
}
