import type { Effects } from '../core/effects.ts';
import { AppError } from '../core/error.ts';
import { describeLocation, type MysqlLocation } from './location.ts';
import type { Mysql } from './mysql.ts';
import type { Database, Queries } from './queries.ts';
import { isReadOnly, isTakenBack, mayPass, type Patience, patience, repeat } from './repeat.ts';
import { inTransaction } from './transaction.ts';
import { isStored, type Witness, witnessOf } from './witness.ts';

/** Reads and transactions that go on, where that is safe, when their server is gone or took back what they did. */
export function withFailover(
  mysql: Mysql,
  location: MysqlLocation,
  effects: Effects,
  readsForMs: number = patience.limitMs,
): Pick<Database, 'queries' | 'transaction' | 'repeated' | 'close'> {
  // An address at which nothing was ever found is more likely wrong than gone.
  const mayPassHere = (error: unknown) => mysql.reached && mayPass(error);
  // No other host can take the place of an only one: what refuses changes there refuses the next ones too.
  const canPass = (error: unknown) => mayPassHere(error) && !(location.hosts.length === 1 && isReadOnly(error));
  const { knex } = mysql;
  repeatReads(knex, canPass, { ...patience, limitMs: readsForMs });

  return {
    queries: knex,

    close: mysql.close,

    repeated: (work) => repeat(work, canPass),

    async transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
      /** What was to be stored when the answer to its COMMIT was lost. */
      const unanswered: { witness: Witness | undefined; result: T }[] = [];
      let end: ReturnType<Effects['begin']> | undefined;
      let isChange = false;

      async function storedBefore(): Promise<{ result: T } | undefined> {
        for (const each of unanswered) {
          if (each.witness && (await isStored(knex, each.witness))) return each;
        }
        return undefined;
      }

      async function attempt(): Promise<T> {
        const stored = await storedBefore();
        if (stored) return stored.result;
        let sent: (typeof unanswered)[number] | undefined;
        try {
          return await inTransaction(knex, work, (transaction, result) => {
            sent = { witness: witnessOf(transaction), result };
            isChange = sent.witness !== undefined;
            end ??= effects.begin();
          });
        } catch (error) {
          if (sent && !isTakenBack(error)) unanswered.push(sent);
          throw error;
        }
      }

      async function settled(): Promise<T> {
        try {
          // A host that was gone with a COMMIT, and is read-only now, may be a name that was given to another server.
          return await repeat(attempt, (error) => (unanswered.length > 0 ? mayPassHere(error) : canPass(error)));
        } catch (error) {
          if (unanswered.length === 0) throw error;
          const unknown = outcomeUnknown(location, error);
          const stored = await storedBefore().catch(() => Promise.reject(unknown));
          if (stored) return stored.result;
          throw unanswered.every(({ witness }) => witness) ? error : unknown;
        }
      }

      // From the first COMMIT until it is known what became of it.
      return settled().then(
        (result) => {
          end?.(isChange ? 'stored' : 'settled');
          return result;
        },
        (error) => {
          end?.('settled');
          throw error;
        },
      );
    },
  };
}

/** A statement outside a transaction that only reads is sent again. */
function repeatReads(knex: Mysql['knex'], canPass: (error: unknown) => boolean, within: Patience): void {
  const { client }: { client: { runner(builder: Builder): Runner } } = knex;
  const runnerOf = client.runner.bind(client);
  client.runner = (builder) => {
    const runner = runnerOf(builder);
    if (!isRead(builder)) return runner;
    return Object.assign(runner, { run: () => repeat(() => runnerOf(builder).run(), canPass, within) });
  };
}

/** What Knex makes of a statement, and what runs it. */
interface Builder {
  _method?: string;
  sql?: unknown;
  /** The connection that it must have. */
  _connection?: unknown;
  _single?: { lock?: unknown };
}

interface Runner {
  run(): Promise<unknown>;
}

/** What locks is part of a transaction, or asked by one that repeats it itself. */
function isRead({ _method, sql, _connection, _single }: Builder): boolean {
  if (_connection !== undefined || _single?.lock !== undefined) return false;
  if (typeof sql === 'string') return /^\s*(select|show)\b/i.test(sql);
  return _method !== undefined && ['select', 'first', 'pluck', 'columnInfo'].includes(_method);
}

function outcomeUnknown(location: MysqlLocation, cause: unknown): AppError {
  return new AppError(
    'DATABASE_UNAVAILABLE',
    `the database ${describeLocation(location)} is gone, and it is not known whether it stored the change`,
    { hint: 'Check whether it is there before you try again.', cause },
  );
}
