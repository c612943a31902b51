import { actorOf } from './actor.ts';
import type { Deps } from './app/deps.ts';
import { chosen } from './app/ref.ts';
import type { Settings } from './config/settings.ts';
import { once } from './core/once.ts';
import type { Database } from './db/queries.ts';
import type { Basis } from './db/stores/basis.ts';
import type { Tenant } from './db/stores/host.ts';

interface Sources {
  /** As typed. */
  command: string;
  settings(): Promise<Settings>;
  database(): Promise<Database>;
  basis(): Basis | undefined;
}

/** Which of the host's rows are more than one. */
export type Several = Basis['several'];

/** Whose integrations, and who is at work: what the basis does not tell is asked for. */
export function hostRowsOf({ command, settings, database, basis }: Sources): Pick<
  Deps,
  'account' | 'actor' | 'actorSoFar'
> & {
  tenant(): Promise<Tenant>;
  several(): Promise<Several>;
} {
  const account = once(async () => {
    const { queries } = await database();
    const known = basis()?.account;
    if (known) return known;
    const { accountStore } = await import('./db/stores/host.ts');
    return chosen(accountStore(queries), (await settings()).account, 'account');
  });

  return {
    account,

    tenant: once(async () => {
      const { queries } = await database();
      const known = basis()?.tenant;
      if (known) return known;
      const { tenantStore } = await import('./db/stores/host.ts');
      return chosen(tenantStore(queries), (await settings()).tenant, 'tenant');
    }),

    async several() {
      await database();
      // Where the basis does not tell, too much is named rather than too little.
      return basis()?.several ?? { tenants: true, accounts: true };
    },

    actor: once(async () => {
      const named = (await settings()).account !== undefined;
      return actorOf(command, named ? await account() : undefined);
    }),

    async actorSoFar() {
      const { account: ref } = await settings();
      const { queries } = await database();
      const known = basis()?.account;
      if (known) return actorOf(command, known);
      const { accountStore } = await import('./db/stores/host.ts');
      const [found, another] = ref === undefined ? [] : await accountStore(queries).find(ref);
      return actorOf(command, another ? undefined : found);
    },
  };
}
