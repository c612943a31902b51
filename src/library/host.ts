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
import type { Account, Tenant } from '../db/stores/host.ts';
import type { Surroundings } from './options.ts';
import { toldError } from './told-error.ts';
import type { Actor } from './types.ts';

/** Who is at work, and for whom, where that is nobody of this machine. */
export interface ActingFor extends Actor {
  /** In place of the operating system's user. */
  user?: string;
}

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
  /** The same host, with somebody else at work in it. */
  as(actor: ActingFor): Host;
  /** Reads the ring anew: what seals from now on seals with it. @throws IntegrationsError; the one that was read before stays */
  readKeys(): Promise<void>;
  close(): Promise<void>;
}

/** Calls in one tenant. */
export interface TenantCalls {
  run<T>(purpose: Purpose, work: (scope: TenantScope) => Promise<T>, told?: string): Promise<T>;
  iterate<T>(work: (scope: TenantScope) => AsyncIterable<T>): AsyncIterableIterator<T>;
}

export function createHost(surroundings: Surroundings, warn: (text: string) => void): Host {
  const shared = sharedOf(surroundings, warn);
  return hostFor(surroundings.actor, shared);
}

/** What does not depend on who is at work. */
interface Shared extends Pick<Host, 'environment' | 'findTenant' | 'readKeys' | 'close'> {
  guarded<T>(purpose: Purpose, work: () => Promise<T>): Promise<T>;
  /** What use cases work with for one call: it seals from its start to its end with the ring that was read last. */
  depsFor(acting: Pick<Deps, 'account' | 'actor'>): Deps;
  findAccount(ref: string): Promise<Account>;
}

function hostFor(actor: ActingFor, shared: Shared): Host {
  const { guarded, depsFor, findAccount, ...rest } = shared;
  const account = once(() => findAccount(actor.account));
  const depsOf = (told: string) => {
    const acting = once(async () => {
      const own = actorOf(told, await account());
      return { ...own, host: actor.host ?? own.host, osUser: actor.user ?? own.osUser };
    });
    return depsFor({ account, actor: acting });
  };

  return {
    ...rest,

    as: (another) => hostFor(another, shared),

    run: (purpose, work, told = actor.purpose) => guarded(purpose, () => work(depsOf(told))),

    async *iterate(work) {
      const items = await guarded('read', async () => (await work(depsOf(actor.purpose)))[Symbol.asyncIterator]());
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
  };
}

function sharedOf(surroundings: Surroundings, warn: (text: string) => void): Shared {
  let isClosed = false;
  let open: Database | undefined;
  const underWay = new Set<Promise<unknown>>();

  const database = once(async () => {
    const { openDatabase } = await import('../db/database.ts');
    const { requireSchema } = await import('../db/migrate.ts');
    const { connections, password, readsForMs } = surroundings;
    open ??= await openDatabase(await surroundings.location(), { warn, connections, password, readsForMs });
    await requireSchema(open);
    return open;
  });
  const hostStores = once(async () => {
    const { accountStore, tenantStore } = await import('../db/stores/host.ts');
    const { queries } = await database();
    return { tenants: tenantStore(queries), accounts: accountStore(queries) };
  });
  const keys = keysOf(surroundings, warn, async () => (await database()).queries);

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
    guarded,

    depsFor: ({ account, actor }) => {
      const progress = async () => undefined;
      return { database, account, actor, actorSoFar: actor, warn, progress, ...keys.sealing() };
    },

    findAccount: async (ref) => chosen((await hostStores()).accounts, ref, 'account'),
    findTenant: async (ref) => chosen((await hostStores()).tenants, ref, 'tenant'),

    readKeys: () => guarded('read', keys.readAnew),

    close: once(async () => {
      isClosed = true;
      await Promise.allSettled(underWay);
      await open?.close();
    }),
  };
}

/** The ring as it was last read, and what seals for one call. */
function keysOf(
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

  return {
    sealing: () => createSealing({ source, ring: async () => ring ?? loadRing(await source()), queries }),
    readAnew: async () => void (await loadRing(await source())),
  };
}
