import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeServer, givenServer, type StartedDatabase, serverOptions, startServer } from './database-server.ts';
import { fetchServer } from './debian-archive.ts';
import { run } from './programs.ts';

const variable = 'INTEGRATIONS_TEST_NEWEST_MARIADB_URL';

/** The newest MariaDB that Debian has, else what INTEGRATIONS_TEST_NEWEST_MARIADB_URL names. */
export async function startNewestMariadb(directory: string): Promise<StartedDatabase> {
  const given = await givenServer('mariadb', variable);
  if (given) return given;

  const program = await fetchServer('mariadb', variable);
  const common = serverOptions(directory);
  await run(program, [...common, '--bootstrap'], { input: systemTables(program) });
  return startServer(program, { directory, common, how: await describeServer(program) });
}

/** What mariadb-install-db does: it calls programs that do not run without their libraries. */
function systemTables(program: string): string {
  const files = [
    'mariadb_system_tables',
    'mariadb_performance_tables',
    'mariadb_system_tables_data',
    'maria_add_gis_sp_bootstrap',
    'mariadb_sys_schema',
  ];
  const folder = join(dirname(program), 'root/usr/share/mariadb');
  const start = ['CREATE DATABASE mysql;', 'USE mysql;', 'SET @auth_root_socket = NULL, @skip_auth_anonymous = 1;'];
  return [...start, ...files.map((name) => readFileSync(join(folder, `${name}.sql`), 'utf8'))].join('\n');
}
