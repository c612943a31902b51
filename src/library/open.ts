import type { Integrations, OpenOptions } from './types.ts';

/**
 * The integrations of a database for a program: many tenants, many calls at a time, one pool. It reads no variable that
 * it is not given, listens to no signal and prints nothing.
 * @throws IntegrationsError USAGE for options that are none, or whatever keeps it from the database
 */
export async function openIntegrations(options: OpenOptions): Promise<Integrations> {
  // Whoever imports it starts as fast as without it.
  const { open } = await import('./opened.ts');
  return open(options);
}
