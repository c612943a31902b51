import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';

export type Row = Record<string, unknown>;

interface Address {
  /** Without a password; a `?` of ours (`?ssl=off`) is not the driver's. */
  url: string;
  password: string;
}

/** One statement on a connection of its own. Times come as they are stored, read in UTC; JSON comes as text. */
export function mysqlRows(at: Address, sql: string, params: unknown[] = []): Promise<Row[]> {
  return onConnection(at, async (connection) => {
    const [rows] = await connection.query<RowDataPacket[]>(sql, params);
    return Array.isArray(rows) ? rows : [];
  });
}

/** Statements one after another on one connection. */
export function mysqlSession(at: Address, statements: readonly string[]): Promise<void> {
  return onConnection(at, async (connection) => {
    for (const statement of statements) await connection.query(statement);
  });
}

async function onConnection<T>(at: Address, work: (connection: Connection) => Promise<T>): Promise<T> {
  const { hostname, port, username, pathname } = new URL(at.url);
  const database = decodeURIComponent(pathname.slice(1));
  const connection = await createConnection({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 3306),
    user: decodeURIComponent(username),
    password: at.password,
    ...(database && { database }),
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    jsonStrings: true,
  });
  try {
    await connection.query(`SET time_zone = '+00:00'`);
    return await work(connection);
  } finally {
    connection.destroy();
  }
}
