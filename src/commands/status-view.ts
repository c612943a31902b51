import { type Overview, statusOf } from '../app/overview.ts';
import type { Context } from '../context.ts';
import { type CategoryName, categories, categoryList } from '../core/category.ts';
import { capital, quotable } from '../core/text.ts';
import { describeLocation } from '../db/location.ts';
import { providerOf } from '../db/stores/codec.ts';
import type { OneView } from '../output/view.ts';

/** Every key of the answer. */
export const statusKeys = ['tenant', 'database', 'context', 'integrations', 'pipelines'];

/** Where the tenant is. */
export interface Place {
  database: string;
  context: string;
}

export async function placeOf(context: Pick<Context, 'settings'>): Promise<Place> {
  const { location, contextName } = await context.settings();
  return { database: describeLocation(location), context: contextName };
}

export function statusView(overview: Overview, place: Place): OneView {
  const { tenant, ...data } = statusOf(overview);
  return {
    kind: 'one',
    data: { tenant, ...place, ...data },
    name: overview.tenant.id,
    lines: [
      ['Tenant', quotable(overview.tenant.name, 255)],
      ['Database', place.database],
      ['Context', place.context],
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
