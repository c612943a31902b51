import { describe, expect, test } from 'vitest';
import { createEffects } from '../../../src/core/effects.ts';
import { AppError } from '../../../src/core/error.ts';
import { withFailover } from '../../../src/db/failover.ts';
import type { MysqlLocation } from '../../../src/db/location.ts';
import type { Mysql } from '../../../src/db/mysql.ts';
import type { Queries } from '../../../src/db/queries.ts';
import { addWitness } from '../../../src/db/witness.ts';

const location: MysqlLocation = {
  engine: 'mysql',
  hosts: [{ host: 'a.test', port: 3306 }],
  user: 'app',
  password: undefined,
  database: 'releases',
  tls: { mode: 'off', ca: undefined },
};

const errno = (number: number) => Object.assign(new Error('the driver says'), { errno: number });
const deadlock = errno(1213);
const notReady = errno(1047);
const lost = Object.assign(new Error('the driver says'), { code: 'PROTOCOL_CONNECTION_LOST', fatal: true });
const conflict = new AppError('CONFLICT', 'it was changed meanwhile');

/** What happens at each try. */
interface Try {
  /** Before anything is written. */
  begin?: Error;
  commit?: Error;
  /** Whether the row is there when COMMIT has failed. */
  isStored?: true;
}

/** A server on which transactions go as the script says; past its end all goes well. */
function server({
  script,
  reached = true,
  look,
  at = location,
}: {
  script: Try[];
  reached?: boolean;
  look?: Error;
  at?: MysqlLocation;
}) {
  const stored = new Set<string>();
  const log: string[] = [];
  const table = () => ({
    where: ({ id }: { id: string }) => ({
      first: () => ({
        forShare: async () => {
          if (look) throw look;
          log.push(`look for ${id}`);
          return stored.has(id) ? { id } : undefined;
        },
      }),
    }),
  });
  const transaction = async (work: (queries: unknown) => Promise<unknown>) => {
    const { begin, commit, isStored } = script.shift() ?? {};
    log.push('begin');
    if (begin) throw begin;
    const inserted: string[] = [];
    const queries = (row: string) => inserted.push(row);
    const result = await work(queries);
    log.push('commit');
    if (!commit || isStored) for (const row of inserted) stored.add(row);
    if (commit) throw commit;
    return result;
  };
  const knex = Object.assign(table, { transaction, client: { runner: () => ({}) } });
  const mysql = { knex, reached } as unknown as Mysql;
  return { ...withFailover(mysql, at, createEffects()), stored, log };
}

/** Inserts a row under a new id at each run, and recognizes it. */
function inserting() {
  let runs = 0;
  const work = async (queries: Queries) => {
    const id = `row ${++runs}`;
    addWitness(queries, { table: 'history', id });
    (queries as unknown as (row: string) => void)(id);
    return id;
  };
  return { work, runs: () => runs };
}

describe('a transaction', () => {
  test.each([
    ['a deadlock', { begin: deadlock }],
    ['a node that is not ready', { begin: notReady }],
    ['a connection that is lost before COMMIT', { begin: lost }],
    ['a certification that fails', { commit: deadlock }],
  ])('is run again after %s', async (_, first) => {
    const { transaction, stored, log } = server({ script: [first, {}] });
    const { work } = inserting();
    const result = await transaction(work);
    expect([...stored]).toEqual([result]);
    expect(log.filter((line) => line.startsWith('look'))).toEqual([]);
  });

  test('is not run again after an error of its own', async () => {
    const { transaction, log } = server({ script: [] });
    await expect(transaction(() => Promise.reject(conflict))).rejects.toBe(conflict);
    expect(log).toEqual(['begin']);
  });

  test('is not run again where no connection was ever made', async () => {
    const { transaction, log } = server({ script: [{ begin: lost }], reached: false });
    await expect(transaction(inserting().work)).rejects.toBe(lost);
    expect(log).toEqual(['begin']);
  });

  test.each([1290, 1836])('is not run again where the only host is read-only (%i)', async (number) => {
    const { transaction, log } = server({ script: [{ begin: errno(number) }] });
    await expect(transaction(inserting().work)).rejects.toMatchObject({ errno: number });
    expect(log).toEqual(['begin']);
  });

  test.each([1290, 1836])('is run again where one of several hosts is read-only (%i)', async (number) => {
    const several = { ...location, hosts: [...location.hosts, { host: 'b.test', port: 3306 }] };
    const { transaction, stored } = server({ script: [{ begin: errno(number) }], at: several });
    expect(await transaction(inserting().work)).toBe('row 1');
    expect([...stored]).toEqual(['row 1']);
  });
});

describe('a COMMIT without an answer', () => {
  test('is not repeated where the row is there', async () => {
    const { transaction, stored, log } = server({ script: [{ commit: lost, isStored: true }] });
    const { work, runs } = inserting();
    expect(await transaction(work)).toBe('row 1');
    expect(runs()).toBe(1);
    expect([...stored]).toEqual(['row 1']);
    expect(log).toEqual(['begin', 'commit', 'look for row 1']);
  });

  test('is repeated where it is not', async () => {
    const { transaction, stored, log } = server({ script: [{ commit: lost }] });
    expect(await transaction(inserting().work)).toBe('row 2');
    expect([...stored]).toEqual(['row 2']);
    expect(log).toEqual(['begin', 'commit', 'look for row 1', 'begin', 'commit']);
  });

  test('is looked for too where the group took it back: another member may have stored it', async () => {
    const refused = errno(3101);
    const { transaction, stored, log } = server({ script: [{ commit: refused, isStored: true }] });
    expect(await transaction(inserting().work)).toBe('row 1');
    expect([...stored]).toEqual(['row 1']);
    expect(log).toEqual(['begin', 'commit', 'look for row 1']);
  });

  test('is repeated where the host is read-only next: its name may be given to another server', async () => {
    const { transaction, stored } = server({ script: [{ commit: lost }, { begin: errno(1290) }] });
    expect(await transaction(inserting().work)).toBe('row 2');
    expect([...stored]).toEqual(['row 2']);
  });

  test('and one more: each is looked for', async () => {
    const { transaction, stored } = server({ script: [{ commit: lost }, { commit: lost, isStored: true }] });
    expect(await transaction(inserting().work)).toBe('row 2');
    expect([...stored]).toEqual(['row 2']);
  });

  test('that is carried out late is found when the repetition meets what it stored', async () => {
    const { transaction, stored } = server({ script: [{ commit: lost }] });
    const { work } = inserting();
    const result = await transaction(async (queries) => {
      const id = await work(queries);
      if (id === 'row 1') return id;
      stored.add('row 1');
      throw conflict;
    });
    expect(result).toBe('row 1');
    expect([...stored]).toEqual(['row 1']);
  });

  test('leaves an error of the repetition as it is where nothing was stored', async () => {
    const { transaction } = server({ script: [{ commit: lost }] });
    const { work } = inserting();
    const running = transaction(async (queries) => {
      if ((await work(queries)) !== 'row 1') throw conflict;
    });
    await expect(running).rejects.toBe(conflict);
  });

  test('is told as unknown where nobody can look', async () => {
    const gone = errno(1045);
    const { transaction } = server({ script: [{ commit: lost }], look: gone });
    await expect(transaction(inserting().work)).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
      message: 'the database a.test:3306/releases is gone, and it is not known whether it stored the change',
    });
  });
});
