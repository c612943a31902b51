import type { Context } from '../../context.ts';
import { AppError } from '../../core/error.ts';
import type { Affected, Check, Finding, Severity } from './check.ts';

/** A line of the report; `skipped` where the check could not be made. */
export interface Item {
  id: string;
  severity: Severity | 'skipped';
  finding: string;
  remedy: string | null;
  count: number;
  rows: readonly Affected[];
}

/** Makes one check after the other. Nothing is thrown: what breaks is a finding. */
export async function runChecks(context: Context, checks: readonly Check[]): Promise<Item[]> {
  const items: Item[] = [];
  const unusable = new Set<string>();
  for (const check of checks) {
    const missing = check.needs.find((id) => unusable.has(id));
    const found = missing === undefined ? await lookAt(context, check) : [skipped(check, missing)];
    if (found.some(({ severity }) => severity === 'error' || severity === 'skipped')) unusable.add(check.id);
    items.push(...found);
  }
  return items;
}

async function lookAt(context: Context, check: Check): Promise<Item[]> {
  try {
    const { doing } = check;
    const look = () => check.look(context);
    const findings = await (doing === undefined ? look() : context.wait(doing, look));
    return findings.map((each) => reportItem(check, each));
  } catch (error) {
    return [reportItem(check, await brokenBy(error, context))];
  }
}

async function brokenBy(thrown: unknown, context: Context): Promise<Finding> {
  const error = await context.explained(thrown).catch(() => thrown);
  if (error instanceof AppError) return { severity: 'error', finding: error.message, remedy: error.hint };
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  const kind = error instanceof Error ? error.name : typeof error;
  return {
    severity: 'error',
    finding: `the check ended unforeseen (${typeof code === 'string' ? code : kind})`,
    remedy: 'Run it again with --debug and report what it says.',
  };
}

function reportItem({ id }: Check, { severity, finding, remedy, rows = [], count = rows.length }: Finding): Item {
  return { id, severity, finding, remedy: remedy ?? null, count, rows };
}

function skipped({ id }: Check, missing: string): Item {
  const finding = `not looked at, because of what ${missing} says`;
  return { id, severity: 'skipped', finding, remedy: null, count: 0, rows: [] };
}
