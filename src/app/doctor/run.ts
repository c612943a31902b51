import { AppError } from '../../core/error.ts';
import { systemCode, systemHint, systemReason } from '../../files/system-error.ts';
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

/** How a check is made where it may take a while, and may break. */
interface Surroundings {
  wait<T>(doing: string, work: () => Promise<T>): Promise<T>;
  /** An error of the database's driver as one that the user can act on; any other error as it is. */
  explained(error: unknown): Promise<unknown>;
}

/** Makes one check after the other. Nothing is thrown: what breaks is a finding. */
export async function runChecks<Given extends Surroundings>(
  given: Given,
  checks: readonly Check<Given>[],
): Promise<Item[]> {
  const items: Item[] = [];
  const unusable = new Set<string>();
  for (const check of checks) {
    const missing = check.needs.find((id) => unusable.has(id));
    const found = missing === undefined ? await lookAt(given, check) : [skipped(check, missing)];
    if (found.some(({ severity }) => severity === 'error' || severity === 'skipped')) unusable.add(check.id);
    items.push(...found);
  }
  return items;
}

async function lookAt<Given extends Surroundings>(given: Given, check: Check<Given>): Promise<Item[]> {
  try {
    const { doing } = check;
    const look = () => check.look(given);
    const findings = await (doing === undefined ? look() : given.wait(doing, look));
    return findings.map((each) => reportItem(check, each));
  } catch (error) {
    return [reportItem(check, await brokenBy(error, given))];
  }
}

async function brokenBy(thrown: unknown, { explained }: Surroundings): Promise<Finding> {
  const error = await explained(thrown).catch(() => thrown);
  if (error instanceof AppError) return { severity: 'error', finding: error.message, remedy: error.hint };
  const kind =
    systemCode(error) === undefined ? (error instanceof Error ? error.name : typeof error) : systemReason(error);
  return {
    severity: 'error',
    finding: `the check failed unexpectedly (${kind})`,
    remedy: systemHint(error) ?? 'Run it again with --debug and report what it says.',
  };
}

function reportItem(
  { id }: Pick<Check, 'id'>,
  { severity, finding, remedy, rows = [], count = rows.length }: Finding,
): Item {
  return { id, severity, finding, remedy: remedy ?? null, count, rows };
}

function skipped({ id }: Pick<Check, 'id'>, missing: string): Item {
  const finding = `not checked, because of what ${missing} says`;
  return { id, severity: 'skipped', finding, remedy: null, count: 0, rows: [] };
}
