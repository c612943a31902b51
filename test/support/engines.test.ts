import { expect, test } from 'vitest';
import { forEachEngine } from './engines.ts';

forEachEngine((engine) => {
  test('a sandbox has a database of its own that sql() and dump() see', async () => {
    const [box, other] = [await engine.sandbox(), await engine.sandbox()];
    await engine.sql(box, 'CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)');
    expect(await engine.sql(box, 'INSERT INTO notes VALUES (?, ?)', [1, 'a sentinel'])).toEqual([]);
    expect(await engine.sql(box, 'SELECT id, body FROM notes')).toEqual([{ id: 1, body: 'a sentinel' }]);
    expect((await engine.dump(box)).includes('a sentinel')).toBe(true);
    await expect(engine.sql(other, 'SELECT * FROM notes')).rejects.toThrow(/notes/);
  });
});
