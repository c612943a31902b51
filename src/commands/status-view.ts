import { type Overview, statusOf } from '../app/overview.ts';
import { type CategoryName, categories, categoryList } from '../core/category.ts';
import { capital, quotable } from '../core/text.ts';
import { providerOf } from '../db/stores/codec.ts';
import type { OneView } from '../output/view.ts';

/** Every key of the answer. */
export const statusKeys = ['tenant', 'integrations', 'pipelines'];

export function statusView(overview: Overview): OneView {
  const data = statusOf(overview);
  return {
    kind: 'one',
    data,
    name: overview.tenant.id,
    lines: [
      ['Tenant', quotable(overview.tenant.name, 255)],
      ...categoryList.map(({ name, noun }) => [headingOf(noun), linesOf(name, overview).join('\n') || 'none'] as const),
      ['Pipelines', data.pipelines.map(runLine).join('\n') || 'none can run: there is no pipeline yet'],
    ],
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
