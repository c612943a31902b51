import { actorOf } from '../actor.ts';
import type { Deps } from '../app/deps.ts';
import { chosen } from '../app/ref.ts';
import type { TenantScope } from '../app/scope.ts';
import { createSealing, loadRing } from '../app/sealing.ts';
import { AppError, usage } from '../core/error.ts';
import { once } from '../core/once.ts';
import type { KeyRing } from '../crypto/key-ring.ts';
import type { KeySource } from '../crypto/key-sources/index.ts';
import type { Purpose } from '../db/purpose.ts';
import type { Database } from '../db/queries.ts';
import type { Tenant } from '../db/stores/host.ts';
import type { Surroundings } from './options.ts';
import { toldError } from './told-error.ts';

/** What all calls of a host share: one pool, and the ring as it was last read. */
export interface Host {
  readonly environment: Surroundings['environment'];
  findTenant(ref: string): Promise<Tenant>;
  /**
   * Runs a call of the host with what use cases work with.
   * @param purpose what a user of the database has to be for at least
   * @param told what the history tells as its command; the host's own purpose where it is not given
   * @throws IntegrationsError
   */
  run<T>(purpose: Purpose, work: (deps: Deps) => Promise<T>, told?: string): Promise<T>;
  /** The same for what is read as it is asked for. */
  iterate<T>(work: (deps: Deps) => AsyncIterable<T> | Promise<AsyncIterable<T>>): AsyncIterableIterator<T>;
  close(): Promise<void>;
}

/** Calls in one tenant. */
export interface TenantCalls {
  run<T>(purpose: Purpose, work: (scope: TenantScope) => Promise<T>, told?: string): Promise<T>;
  iterate<T>(work: (scope: TenantScope) => AsyncIterable<T>): AsyncIterableIterator<T>;
}

export function createHost(surroundings: Surroundings, warn: (text: string) => void): Host {
  const { actor } = surroundings;
  let isClosed = false;
  let open: Database | undefined;
  const underWay = new Set<Promise<unknown>>();

  const database = once(async () => {
    const { openDatabase } = await import('../db/database.ts');
    const { requireSchema } = await import('../db/migrate.ts');
    const { connections, password } = surroundings;
    open ??= await openDatabase(await surroundings.location(), { warn, connections, password });
    await requireSchema(open);
    return open;
  });
  const hostStores = once(async () => {
    const { accountStore, tenantStore } = await import('../db/stores/host.ts');
    const { queries } = await database();
    return { tenants: tenantStore(queries), accounts: accountStore(queries) };
  });
  const account = once(async () => chosen((await hostStores()).accounts, actor.account, 'account'));
  const sealing = sealingOf(surroundings, warn, async () => (await database()).queries);

  /** Each call seals from its start to its end with the ring that was read last. */
  function depsFor(told: string): Deps {
    const acting = once(async () => {
      const own = actorOf(told, await account());
      return actor.host === undefined ? own : { ...own, host: actor.host };
    });
    const progress = async () => undefined;
    return { database, account, actor: acting, actorSoFar: acting, warn, progress, ...sealing() };
  }

  async function explained(error: unknown, purpose: Purpose): Promise<unknown> {
    if (!(error instanceof Error) || error instanceof AppError) return error;
    const { databaseError } = await import('../db/errors.ts');
    return databaseError(error, open?.location ?? (await surroundings.location()), purpose) ?? error;
  }

  async function guarded<T>(purpose: Purpose, work: () => Promise<T>): Promise<T> {
    try {
      if (isClosed) throw usage('the integrations were closed');
      const working = work();
      underWay.add(working);
      return await working.finally(() => underWay.delete(working));
    } catch (error) {
      throw toldError(await explained(error, purpose).catch(() => error));
    }
  }

  return {
    environment: surroundings.environment,

    findTenant: async (ref) => chosen((await hostStores()).tenants, ref, 'tenant'),

    run: (purpose, work, told = actor.purpose) => guarded(purpose, () => work(depsFor(told))),

    async *iterate(work) {
      const items = await guarded('read', async () => (await work(depsFor(actor.purpose)))[Symbol.asyncIterator]());
      try {
        for (;;) {
          const next = await guarded('read', () => items.next());
          if (next.done) return;
          yield next.value;
        }
      } finally {
        await items.return?.();
      }
    },

    close: once(async () => {
      isClosed = true;
      await Promise.allSettled(underWay);
      await open?.close();
    }),
  };
}

/** Makes what seals for one call. */
function sealingOf(
  { keySource }: Surroundings,
  warn: (text: string) => void,
  queries: () => Promise<Database['queries']>,
) {
  let ring: KeyRing | undefined;

  const source = once(async (): Promise<KeySource> => {
    const found = await keySource();
    if (found.caution) warn(found.caution);
    return {
      ...found,
      async load() {
        ring = await found.load();
        return ring;
      },
    };
  });

  return () => createSealing({ source, ring: async () => ring ?? loadRing(await source()), queries });
}
