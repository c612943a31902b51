import {
  describeServer,
  givenServer,
  hasData,
  type StartedDatabase,
  serverOptions,
  startServer,
} from './database-server.ts';
import { fetchServer } from './debian-archive.ts';
import { run } from './programs.ts';

const variable = 'INTEGRATIONS_TEST_MYSQL_URL';

/** The MySQL server that INTEGRATIONS_TEST_MYSQL_URL names, else a private one below `directory`. */
export async function startMysql(directory: string): Promise<StartedDatabase> {
  return (await givenServer('mysql', variable)) ?? startOwnMysql(directory);
}

/** @param more options of this server alone */
export async function startOwnMysql(directory: string, more: readonly string[] = []): Promise<StartedDatabase> {
  const program = await fetchMysql();
  // The folder that was built into it for files of SQL is not there.
  const common = [...serverOptions(directory), '--secure-file-priv=', ...more];
  if (!hasData(directory)) await run(program, [...common, '--initialize-insecure']);
  return startServer(program, { directory, common, how: await describeServer(program) });
}

/** MySQL's server, which no release of Debian has. */
export function fetchMysql(): Promise<string> {
  return fetchServer('mysql', variable);
}
