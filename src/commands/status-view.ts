import { type Overview, stopsOf } from '../app/overview.ts';
import { type CategoryName, categories, categoryList } from '../core/category.ts';
import { capital, quotable } from '../core/text.ts';
import { type ListedIntegration, providerOf } from '../db/stores/codec.ts';
import type { Data, OneView } from '../output/view.ts';

/** Every key of the answer. */
export const statusKeys = ['tenant', 'integrations', 'pipelines'];

export function statusView(overview: Overview): OneView {
  const integrations = categoryList.flatMap(({ name }) =>
    overview.integrations[name].map((row) => summaryOf(name, row)),
  );
  const pipelines = overview.integrations.pipeline.map((row) => {
    const stoppedBy = stopsOf(overview, row);
    return { id: row.id, displayName: row.displayName, canRun: stoppedBy.length === 0, stoppedBy };
  });
  return {
    kind: 'one',
    data: { tenant: { id: overview.tenant.id, displayName: overview.tenant.name }, integrations, pipelines },
    name: overview.tenant.id,
    lines: [
      ['Tenant', quotable(overview.tenant.name, 255)],
      ...categoryList.map(({ name, noun }) => [headingOf(noun), linesOf(name, overview).join('\n') || 'none'] as const),
      ['Pipelines', pipelines.map(runLine).join('\n') || 'none can run: there is no pipeline yet'],
    ],
  };
}

function summaryOf(category: CategoryName, row: ListedIntegration): Data {
  return {
    id: row.id,
    displayName: row.displayName,
    category,
    type: providerOf(categories[category], row).name,
    isActive: row.isActive,
    verificationStatus: row.verificationStatus,
    verificationError: row.verificationError,
    lastVerifiedAt: row.lastVerifiedAt,
    credentialExpiresAt: row.credentialExpiresAt,
  };
}

/** Each integration of a category with its status, for people. */
export function linesOf(category: CategoryName, { integrations }: Overview): string[] {
  return integrations[category].map((row) => {
    const off = row.isActive ? '' : ', switched off';
    const reason = row.verificationError ? `: ${quotable(row.verificationError, 1024)}` : '';
    return `${quotable(row.displayName, 255)} (${providerOf(categories[category], row).title}) ${row.verificationStatus}${off}${reason}`;
  });
}

function runLine({ displayName, stoppedBy }: { displayName: string; stoppedBy: string[] }): string {
  const name = quotable(displayName, 255);
  return stoppedBy.length === 0 ? `${name} can run` : `${name} is stopped: ${stoppedBy.join('; ')}`;
}

function headingOf(noun: string): string {
  return capital(noun)
    .replace(/ integration$/, '')
    .replace('Scm', 'SCM');
}
