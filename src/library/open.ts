import { toldError } from './error.ts';
import { createHost } from './host.ts';
import { readOptions } from './options.ts';
import { createTenant } from './tenant.ts';
import type { Integrations, OpenOptions } from './types.ts';

/**
 * The integrations of a database for a program: many tenants, many calls at a time, one pool. It reads no variable that
 * it is not given, listens to no signal and prints nothing.
 * @throws IntegrationsError USAGE for options that are none, or whatever keeps it from the database
 */
export async function openIntegrations(options: OpenOptions): Promise<Integrations> {
  try {
    const host = createHost(readOptions(options), options.onWarning ?? (() => undefined));
    // What is wrong with the database is told where it is opened.
    await host
      .run('read', async (deps) => void (await deps.database()))
      .catch(async (error: unknown) => {
        await host.close();
        throw error;
      });
    return { tenant: (ref) => createTenant(host, ref), close: host.close };
  } catch (error) {
    throw toldError(error);
  }
}
