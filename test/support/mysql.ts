import { createConnection, type RowDataPacket } from 'mysql2/promise';

export type Row = Record<string, unknown>;

/**
 * One statement on a connection of its own. Times come as they are stored, read in UTC; JSON comes as text. `url` bears
 * no password, and a `?` of ours (`?ssl=off`) is not the driver's.
 */
export async function mysqlRows(
  at: { url: string; password: string },
  sql: string,
  params: unknown[] = [],
): Promise<Row[]> {
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
    const [rows] = await connection.query<RowDataPacket[]>(sql, params);
    return Array.isArray(rows) ? rows : [];
  } finally {
    connection.destroy();
  }
}
