import { createHost } from './host.ts';
import { readOptions } from './options.ts';
import { createTenant } from './tenant.ts';
import { toldError } from './told-error.ts';
import type { Integrations, OpenOptions } from './types.ts';

/** @throws IntegrationsError as `openIntegrations` */
export async function open(options: OpenOptions): Promise<Integrations> {
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
