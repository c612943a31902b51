import { categoryList } from '../core/category.ts';
import { heading, type Labels, type Metric, sample } from '../core/prometheus.ts';
import { verificationStatuses } from '../db/stores/codec.ts';
import { type Glance, glancePages } from '../db/stores/list.ts';
import { createSpool } from '../files/spool.ts';
import { providerOfType } from '../providers/index.ts';
import type { Deps } from './deps.ts';

/** What is told of each integration. Nobody's name stands in it: names are free text, and change. */
interface IntegrationMetric extends Metric {
  samples(row: Glance, labels: Labels): string;
}

const metrics: readonly IntegrationMetric[] = [
  gauge('credential_expiry_timestamp_seconds', 'When the credential ends; absent where that is not known.', (name) => {
    return ({ credentialExpiresAt }, labels) => moments(name, labels, credentialExpiresAt);
  }),
  gauge('verification_status', '1 for the status that the integration has, 0 for the others.', (name) => {
    return ({ verificationStatus }, labels) =>
      verificationStatuses
        .map((status) => sample(name, { ...labels, status }, Number(status === verificationStatus)))
        .join('');
  }),
  gauge('last_verified_timestamp_seconds', 'When it was last verified; absent where it never was.', (name) => {
    return ({ lastVerifiedAt }, labels) => moments(name, labels, lastVerifiedAt);
  }),
  gauge('active', 'Whether it is switched on.', (name) => {
    return ({ isActive }, labels) => sample(name, labels, Number(isActive));
  }),
];

/**
 * All integrations of a tenant, or where none is given of all, in the text format of Prometheus. Nothing comes before everything was read,
 * and any number of rows takes little memory.
 */
export async function* integrationMetrics(
  deps: Pick<Deps, 'database'>,
  tenantId: string | undefined,
): AsyncGenerator<string> {
  const { queries } = await deps.database();
  // The samples of a metric stand together, and each row is read once.
  const spools = metrics.map((metric) => ({ metric, spool: createSpool() }));
  try {
    for (const category of categoryList) {
      for await (const rows of glancePages(queries, category, tenantId)) {
        const labelled = rows.map((row) => {
          const stored = String(row[category.typeColumn]);
          // A type that a newer version stored is told as it is: what watches the rest goes on watching.
          const type = providerOfType(category.name, stored)?.name ?? stored;
          return { row, labels: { tenant: row.tenantId, category: category.name, type, id: row.id } };
        });
        for (const { metric, spool } of spools) {
          spool.add(labelled.map(({ row, labels }) => metric.samples(row, labels)).join(''));
        }
      }
    }
    for (const { metric, spool } of spools) {
      yield heading(metric);
      yield* spool;
    }
  } finally {
    for (const { spool } of spools) spool.close();
  }
}

function gauge(
  what: string,
  help: string,
  samplesOf: (name: string) => IntegrationMetric['samples'],
): IntegrationMetric {
  const name = `integrations_${what}`;
  return { name, type: 'gauge', help, samples: samplesOf(name) };
}

/** None where there is no moment. */
function moments(name: string, labels: Labels, moment: string | null): string {
  return moment === null ? '' : sample(name, labels, Date.parse(moment) / 1000);
}
