import { isUnfit } from './repeat.ts';

/** A connection of the driver. */
export interface Connection {
  /** Of the driver's own, from what the server says when it is connected to. */
  readonly _isMariaDB: boolean;
  readonly stream: { destroy(): unknown };
  query(statement: { sql: string }, values: unknown, done: Answer): unknown;
  /** Says goodbye once what was asked before is answered. */
  end(said: () => void): unknown;
  destroy(): void;
}

type Answer = (error: unknown, ...answer: unknown[]) => void;

/** How long a statement waits for a lock, before the server refuses it. */
const lockSeconds = 20;

/**
 * What a session sets so that it holds nobody up: a statement waits for a lock no longer than a person would, and the
 * server takes back what a client that is frozen has begun. Our own pool ends what is idle earlier than the server.
 */
export const boundedSession =
  `SESSION lock_wait_timeout = ${lockSeconds}, SESSION innodb_lock_wait_timeout = ${lockSeconds}, ` +
  'SESSION wait_timeout = 60, SESSION net_read_timeout = 30, SESSION net_write_timeout = 30';

/**
 * How long an answer is waited for, in ms: a member of a group that has lost the others says nothing, and neither does a
 * host that hangs. What may wait for a lock waits for that first, and a large table takes minutes to alter.
 */
function answerTime(sql: string): number {
  if (/^\s*(create|alter|drop)\b/i.test(sql)) return 600_000;
  if (/get_lock/i.test(sql)) return 90_000;
  const mayLock = /^\s*(insert|update|delete)\b|\bfor (update|share)\b|lock in share mode/i.test(sql);
  return mayLock ? 30_000 + lockSeconds * 1_000 : 30_000;
}

/** Ends a connection whose server says that it cannot serve, or says nothing, and tells why. */
export function watch(connection: Connection, leave: (reason: unknown) => void): void {
  const query = connection.query.bind(connection);
  connection.query = (statement, values, done) => {
    const watched: Answer = (error, ...answer) => {
      if (error === timedOut || isUnfit(error)) {
        cut(connection);
        leave(error);
      }
      done(error, ...answer);
    };
    return query(statement, values, inTime(answerTime(statement.sql), watched));
  };
}

/** Answers the rows of a statement, or throws when the time is over. */
export function askInTime(connection: Connection, sql: string, limitMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const done: Answer = (error, rows) => (error ? reject(error) : resolve(rows));
    connection.query({ sql }, [], inTime(limitMs, done));
  });
}

/** Ends a connection at once. The driver by itself would only close its own side of it. */
export function cut(connection: Connection): void {
  connection.destroy();
  connection.stream.destroy();
}

/** Says goodbye, and waits neither for an answer to it nor for one that is owed. */
export function leaveServer(connection: Connection): void {
  connection.end(() => setImmediate(() => cut(connection)));
  setTimeout(() => cut(connection), 500).unref();
}

/** Answers once: what comes, or `timedOut` when the time is over. */
function inTime(limitMs: number, done: Answer): Answer {
  let isOver = false;
  const answer: Answer = (...parts) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    done(...parts);
  };
  const timer = setTimeout(() => answer(timedOut), limitMs).unref();
  return answer;
}

const timedOut = Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT', fatal: true });
