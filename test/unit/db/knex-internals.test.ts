import createKnex from 'knex';
import { afterAll, describe, expect, test } from 'vitest';

/**
 * What is replaced inside Knex, which promises none of it: where a version moves one of these, this fails, and not a
 * failover on some server.
 */
describe('the parts of Knex that failover and pool replace', () => {
  const knex = createKnex({ client: 'mysql2', connection: {} });
  afterAll(() => knex.destroy());
  const { client } = knex;

  test('`client.runner` makes what runs a statement, which has `run`', () => {
    const runner = client.runner(knex.raw('SELECT 1'));
    expect(client.runner).toBeTypeOf('function');
    expect(runner.run).toBeTypeOf('function');
  });

  test('`client.acquireRawConnection` makes a connection for the pool, `destroyRawConnection` ends it', () => {
    expect(client.acquireRawConnection).toBeTypeOf('function');
    expect(client.destroyRawConnection).toBeTypeOf('function');
    expect(Object.getPrototypeOf(client).acquireRawConnection).toBe(client.acquireRawConnection);
  });

  test('a statement tells what it is by `_method`, `_single.lock` and `_connection`', () => {
    expect(knex('t').first('id').forUpdate()).toMatchObject({ _method: 'first', _single: { lock: 'forUpdate' } });
    expect(knex('t').connection({ of: 'its own' })).toMatchObject({ _connection: { of: 'its own' } });
    expect(knex.raw('SELECT 1')).toMatchObject({ sql: 'SELECT 1' });
  });
});
