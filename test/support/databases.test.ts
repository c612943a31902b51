import { expect, inject, test } from 'vitest';
import { forEachServer } from './engines.ts';

forEachServer((engine) => {
  test('a fresh database is empty and ours alone', async () => {
    const database = await engine.freshDatabase();
    expect(database.url).not.toContain(database.password);
    expect(await database.query('SELECT DATABASE() AS name')).toEqual([{ name: database.name }]);
    expect(await database.query('SHOW TABLES')).toEqual([]);
    await expect(database.query('CREATE DATABASE elsewhere')).rejects.toThrow(/denied/);
  });

  test.skipIf(process.env[`INTEGRATIONS_TEST_${engine.name.toUpperCase()}_URL`])(
    'our own server has other defaults than the product wants',
    async () => {
      const database = await engine.freshDatabase();
      const sql =
        'SELECT @@character_set_database AS charset, @@collation_database AS collation, @@global.time_zone AS zone';
      expect(await database.query(sql)).toEqual([
        { charset: 'latin1', collation: 'latin1_swedish_ci', zone: '+05:45' },
      ]);
    },
  );

  test('a dump holds what is stored, unescaped', async () => {
    const database = await engine.freshDatabase();
    await database.query('CREATE TABLE notes (id INT PRIMARY KEY, body TEXT CHARACTER SET utf8mb4)');
    await database.query('INSERT INTO notes VALUES (?, ?)', [1, 'it\'s\n"日本語"']);
    expect(await database.dump()).toContain('it\'s\n"日本語"');
    expect(await database.query('SELECT body FROM notes')).toEqual([{ body: 'it\'s\n"日本語"' }]);
  });

  test('a dropped database is gone', async () => {
    const database = await engine.freshDatabase();
    await database.drop();
    const left = await engine.asAdmin('SHOW DATABASES LIKE ?', [`${inject('servers')[engine.name].prefix}%`]);
    expect(left.flatMap((row) => Object.values(row))).not.toContain(database.name);
  });
});
