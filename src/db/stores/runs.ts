import { compare } from '../../core/text.ts';
import { refusalOf } from '../errors.ts';
import type { Queries } from '../queries.ts';
import { addWitness } from '../witness.ts';
import { isWord } from './integration.ts';
import { decodeRun, encodeRun, type Run, type RunNews, runsTable } from './run-row.ts';

/** Which runs are listed, newest first. */
export interface RunFilter {
  category?: string | undefined;
  integrationId?: string | undefined;
  /** Only those that were begun before this one. */
  after?: string | undefined;
  limit?: number | undefined;
}

/** The runs of one tenant. Those of another cannot be named through it. */
export interface RunStore {
  get(id: string): Promise<Run | undefined>;
  /** At most ten runs whose id holds the part behind its prefix. */
  findByIdPart(part: string): Promise<Run[]>;
  /** The run that a caller has named so. */
  withKey(integrationId: string, key: string, part: string): Promise<Run | undefined>;
  /** Pages of runs, newest first. */
  list(filter: RunFilter): AsyncIterable<Run[]>;
  /** Those of an integration of which more is to come, oldest first. */
  open(integrationId: string): Promise<Run[]>;
  /** To be run in a transaction. @returns whether it is stored: not where the caller's key has a run already */
  insert(run: Run): Promise<boolean>;
  /**
   * Tells what became of a run; to be run in a transaction.
   * @param from the states it may be in; in another one it stays as it is
   * @returns whether it was told
   */
  tell(id: string, news: RunNews | Run, from: readonly string[]): Promise<boolean>;
}

const pageSize = 200;
/** Follows every id. */
const behindAll = '~';

/** In which nobody knows what became of it. */
export const unresolvedStates: readonly string[] = ['dispatching', 'unknown'];

/** Those whose fate is not known, in no order. @param tenantId all tenants where it is not said */
export async function unresolvedRuns(
  queries: Queries,
  { tenantId, limit }: { tenantId?: string; limit: number },
): Promise<Run[]> {
  const rows = unresolvedRows(queries).limit(limit).select();
  return (await (tenantId === undefined ? rows : rows.where({ tenantId }))).map(decodeRun);
}

/** The ids of those of several tenants, by tenant; of each at most so many. */
export async function unresolvedIds(
  queries: Queries,
  tenantIds: readonly string[],
  limit: number,
): Promise<Map<string, string[]>> {
  const most = limit * tenantIds.length;
  const rows = unresolvedRows(queries).whereIn('tenantId', [...tenantIds]);
  const found: { id: string; tenantId: unknown }[] = await rows.limit(most).select('id', 'tenantId');
  const ids = new Map<string, string[]>(tenantIds.map((tenantId) => [tenantId, []]));
  // One that has very many may have left no place for another's.
  if (found.length === most) {
    for (const tenantId of tenantIds) {
      const own = await unresolvedRuns(queries, { tenantId, limit });
      ids.set(
        tenantId,
        own.map(({ id }) => id),
      );
    }
    return ids;
  }
  for (const { id, tenantId } of found) {
    const known = ids.get(String(tenantId));
    if (known && known.length < limit) known.push(id);
  }
  return ids;
}

/**
 * What is known at the providers of the builds that were begun since an id, the newest first: of every tenant, as several
 * may build with one job. It is for telling them apart, and shown to nobody.
 */
export async function buildsSince(
  queries: Queries,
  id: string,
  limit: number,
): Promise<Pick<Run, 'id' | 'place' | 'url'>[]> {
  const rows = queries(runsTable).where({ category: 'pipeline' }).where('id', '>=', id);
  return (await rows.orderBy('id', 'desc').limit(limit).select('id', 'place', 'url')).map(decodeRun);
}

export async function countUnresolved(queries: Queries): Promise<number> {
  const [row] = await unresolvedRows(queries).count({ n: '*' });
  return Number(row?.['n'] ?? 0);
}

function unresolvedRows(queries: Queries) {
  return queries(runsTable)
    .whereIn('state', [...unresolvedStates])
    .whereNull('endedAt');
}

/** The index that has what a filter takes in the order of the ids. */
function indexOf({ integrationId, category }: RunFilter): string {
  if (integrationId !== undefined) return 'idx_run_integration';
  return category === undefined ? 'idx_run_tenant' : 'idx_run_category';
}

/** @param queries a pool, or a transaction that all of it then takes part in */
export function runStore(queries: Queries, tenantId: string): RunStore {
  const rows = () => queries(runsTable).where({ tenantId });
  const one = async (condition: Record<string, string>) => {
    const row = await rows().where(condition).first();
    return row && decodeRun(row);
  };

  return {
    get: async (id) => (isWord(id) ? one({ id }) : undefined),

    async findByIdPart(part) {
      if (!isWord(part)) return [];
      const found = await rows().whereRaw('INSTR(SUBSTR(??, 5), ?) > 0', ['id', part]).orderBy('id').limit(10).select();
      return found.map(decodeRun);
    },

    withKey: (integrationId, key, part) => one({ integrationId, key, part }),

    async *list({ limit = Number.POSITIVE_INFINITY, after, ...filter }) {
      const named = Object.entries(filter).filter(([, value]) => value !== undefined);
      let left = limit;
      // The first page too: told where to begin, MariaDB reads the index that has this order, and sorts nothing.
      let last = after ?? behindAll;
      while (left > 0) {
        const wanted = Math.min(pageSize, left);
        const query = rows().where(Object.fromEntries(named)).where('id', '<', last);
        // MySQL would pass the runs of all tenants in this order, or sort all that match. Others take it for a comment.
        query.hintComment(`INDEX(\`${runsTable}\` \`${indexOf(filter)}\`)`);
        const page = (await query.orderBy('id', 'desc').limit(wanted).select()).map(decodeRun);
        if (page.length > 0) yield page;
        if (page.length < wanted) return;
        last = page.at(-1)?.id ?? last;
        left -= page.length;
      }
    },

    async open(integrationId) {
      const found = await rows().where({ integrationId }).whereNull('endedAt').select();
      // They are few; told to sort them, MariaDB reads all of the integration's.
      return found.map(decodeRun).sort((one, other) => compare(one.id, other.id));
    },

    async insert(run) {
      addWitness(queries, { table: runsTable, id: run.id });
      try {
        await queries(runsTable).insert({ ...encodeRun(run), tenantId });
        return true;
      } catch (error) {
        if (refusalOf(error) !== 'duplicate') throw error;
        return false;
      }
    },

    async tell(id, news, from) {
      const told = await rows().where({ id }).whereIn('state', from).update(encodeRun(news));
      return told > 0;
    },
  };
}
