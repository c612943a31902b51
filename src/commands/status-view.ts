import { type Overview, type Status, statusOf } from '../app/overview.ts';
import type { Context } from '../context.ts';
import { type CategoryName, categories, categoryList } from '../core/category.ts';
import { capital, quotable } from '../core/text.ts';
import { describeLocation } from '../db/location.ts';
import { providerOf } from '../db/stores/codec.ts';
import type { Glance } from '../db/stores/list.ts';
import { toneOf } from '../output/tone.ts';
import type { Line, OneView } from '../output/view.ts';

/** Every key of the answer. */
export const statusKeys = ['tenant', 'database', 'context', 'integrations', 'pipelines', 'unresolvedRuns'];

/** Where the tenant is. */
export interface Place {
  database: string;
  context: string;
}

export async function placeOf(context: Pick<Context, 'settings'>): Promise<Place> {
  const { location, contextName } = await context.settings();
  return { database: describeLocation(location), context: contextName };
}

/** So many integrations are looked through at a glance; of more the totals are told, and what is wrong. */
const glance = 20;

export interface Showing {
  /** Whether people are shown each of many integrations too. */
  all?: boolean;
  /** As a command names the tenant where it is not the context's: ` --tenant Acme`. */
  tenantFlag?: string;
}

export function statusView(overview: Overview, place: Place, { all = false, tenantFlag = '' }: Showing = {}): OneView {
  const { tenant, ...data } = statusOf(overview);
  const isBrief = !all && data.integrations.length > glance;
  return {
    kind: 'one',
    data: { tenant, ...place, ...data },
    name: overview.tenant.id,
    lines: [
      ['Tenant', quotable(overview.tenant.name, 255)],
      ['Database', place.database],
      ['Context', place.context],
      ...categoryList.flatMap(({ name, noun }) => beside(headingOf(noun), categoryLines(name, overview, isBrief))),
      ...beside('Pipelines', pipelineLines(data.pipelines, isBrief)),
      ...nextLines(data.integrations, isBrief, tenantFlag),
    ],
    isLong: true,
  };
}

/** What to type for what is not shown, and for what nobody has asked about. */
function nextLines(integrations: Status['integrations'], isBrief: boolean, tenantFlag: string): Line[] {
  const isAsked = integrations.every(({ verificationStatus }) => verificationStatus !== 'NOT_VERIFIED');
  return [
    ...(isBrief ? [['All of them', `integrations status --all${tenantFlag}`] as const] : []),
    ...(isAsked ? [] : [['To verify', `integrations verify${tenantFlag}`] as const]),
  ];
}

type Row = readonly [text: string, word?: string];

/** Lines of which the first has the label. */
function beside(label: string, rows: readonly Row[]): Line[] {
  return rows.map(([text, word], index) => [index === 0 ? label : '', text, toneOf(word), word] as const);
}

function categoryLines(name: CategoryName, { integrations }: Overview, isBrief: boolean): Row[] {
  const rows = integrations[name];
  if (rows.length === 0) return [['none']];
  const shown = isBrief ? rows.filter(isWrong) : rows;
  const lines = shown.map((row): Row => [lineOf(name, row), row.verificationStatus]);
  return isBrief ? [[totals(rows)], ...lines] : lines;
}

function isWrong({ isActive, verificationStatus }: Glance): boolean {
  return !isActive || verificationStatus === 'INVALID' || verificationStatus === 'EXPIRED';
}

function totals(rows: readonly Glance[]): string {
  const statuses = ['VALID', 'NOT_VERIFIED', 'INVALID', 'EXPIRED'] as const;
  const counts = statuses.flatMap((status) => {
    const count = rows.filter(({ verificationStatus }) => verificationStatus === status).length;
    return count === 0 ? [] : [`${count} ${status}`];
  });
  const off = rows.filter(({ isActive }) => !isActive).length;
  return [...counts, ...(off > 0 ? [`${off} switched off`] : [])].join(', ');
}

/** Each integration of a category with its status, for people. */
export function linesOf(category: CategoryName, { integrations }: Overview): string[] {
  return integrations[category].map((row) => lineOf(category, row));
}

function lineOf(category: CategoryName, row: Glance): string {
  const off = row.isActive ? '' : ', switched off';
  const reason = row.verificationError ? `: ${quotable(row.verificationError, 1024)}` : '';
  return `${quotable(row.displayName, 255)} (${providerOf(categories[category], row).title}) ${row.verificationStatus}${off}${reason}`;
}

interface Run {
  displayName: string;
  stoppedBy: readonly string[];
}

function pipelineLines(pipelines: readonly Run[], isBrief: boolean): Row[] {
  if (pipelines.length === 0) return [['none can run: there is no pipeline yet']];
  const stopped = pipelines.filter(({ stoppedBy }) => stoppedBy.length > 0);
  if (!isBrief) return pipelines.map((each) => [runLine(each)]);
  const counts = `${stopped.length === 0 ? 'none' : stopped.length} of ${pipelines.length} stopped`;
  return [[counts], ...stopped.map((each): Row => [runLine(each)])];
}

function runLine({ displayName, stoppedBy }: Run): string {
  const name = quotable(displayName, 255);
  return stoppedBy.length === 0 ? `${name}: nothing known stops it` : `${name} is stopped: ${stoppedBy.join('; ')}`;
}

function headingOf(noun: string): string {
  return capital(noun)
    .replace(/ integration$/, '')
    .replace('Scm', 'SCM');
}
