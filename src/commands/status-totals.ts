import { type Overview, type Status, statusOf } from '../app/overview.ts';
import type { TenantNames } from '../app/tenant-names.ts';
import type { VerificationStatus } from '../db/stores/codec.ts';
import { toneOf } from '../output/tone.ts';
import type { Column, Data, ManyView } from '../output/view.ts';
import { type Place, statusKeys } from './status-view.ts';

/** The runs of which nobody knows what became, by tenant. */
type RunsIn = (tenantIds: readonly string[]) => Promise<ReadonlyMap<string, string[]>>;

/** The totals of every tenant for people; scripts get of each what `status` says of one. */
export function totalsView(
  overviews: AsyncIterable<Overview[]>,
  place: Place,
  { names, runsIn }: { names: TenantNames; runsIn: RunsIn },
): ManyView {
  return {
    kind: 'many',
    pages: pagesOf(overviews, place, runsIn),
    columns: [
      { title: 'Tenant', text: (data) => names.told(statusIn(data).tenant.id), wraps: true },
      { title: 'Total', text: (data) => String(statusIn(data).integrations.length), whole: true, spare: 3 },
      countColumn('Valid', 'VALID', { spare: 2 }),
      countColumn('Not verified', 'NOT_VERIFIED'),
      countColumn('Invalid', 'INVALID'),
      countColumn('Expired', 'EXPIRED'),
      { title: 'Off', text: (data) => counted(statusIn(data).integrations, ({ isActive }) => !isActive), spare: 1 },
      {
        title: 'Pipelines',
        text: (data) => runsOf(statusIn(data)),
        tone: (data) => runsTone(statusIn(data)),
        whole: true,
      },
    ],
    keys: statusKeys,
    name: (data) => statusIn(data).tenant.id,
    empty: 'No tenants yet: integrations tenant add NAME',
    noun: 'tenant',
  };
}

async function* pagesOf(overviews: AsyncIterable<Overview[]>, place: Place, runsIn: RunsIn): AsyncGenerator<Data[]> {
  for await (const some of overviews) {
    const runs = await runsIn(some.map(({ tenant: { id } }) => id));
    yield some.map((overview) => {
      const { tenant, ...rest } = statusOf(overview);
      return { tenant, ...place, ...rest, unresolvedRuns: runs.get(tenant.id) ?? [] };
    });
  }
}

/** What `pagesOf` made. */
function statusIn(data: Data): Status {
  return data as unknown as Status;
}

function countColumn(title: string, status: VerificationStatus, rest: Pick<Column, 'spare'> = {}): Column {
  const count = (data: Data) =>
    counted(statusIn(data).integrations, ({ verificationStatus }) => verificationStatus === status);
  return { title, text: count, tone: (data) => (count(data) === none ? 'dim' : toneOf(status)), whole: true, ...rest };
}

const none = '-';

/** A zero is not looked for: what is there stands out. */
function counted<Row>(rows: readonly Row[], is: (row: Row) => boolean): string {
  const count = rows.filter(is).length;
  return count === 0 ? none : String(count);
}

function runsOf({ pipelines }: Status): string {
  if (pipelines.length === 0) return none;
  const stopped = pipelines.filter(({ canRun }) => !canRun).length;
  return stopped === 0 ? String(pipelines.length) : `${stopped} of ${pipelines.length} stopped`;
}

function runsTone({ pipelines }: Status) {
  if (pipelines.length === 0) return 'dim';
  return pipelines.every(({ canRun }) => canRun) ? undefined : 'red';
}
