import { expect } from 'vitest';
import type { CliOptions, Sandbox } from './cli.ts';

export interface Item {
  id: string;
  severity: 'ok' | 'info' | 'warning' | 'error' | 'skipped';
  finding: string;
  remedy: string | null;
  count: number;
  rows: { id: string; tenantId: string; category: string; column?: string }[];
}

export interface Examination {
  status: number | null;
  stderr: string;
  items: Item[];
  /** What is not ok, by check. */
  faults: Record<string, Item[]>;
}

/** What `doctor --json` tells; its report stands on standard output whatever it finds. */
export async function examine(box: Sandbox, options: CliOptions = {}): Promise<Examination> {
  const result = await box.runWith(options, 'doctor', '--json');
  const items: Item[] = result.json();
  expect(result.stderr).not.toMatch(/^ +at /m);
  const faults: Record<string, Item[]> = {};
  for (const item of items) if (item.severity !== 'ok') faults[item.id] = [...(faults[item.id] ?? []), item];
  return { status: result.status, stderr: result.stderr, items, faults };
}

/** Runs the commands that a remedy names: `integrations …`, up to a sentence's end. */
export function commandIn({ remedy }: Item): string[] {
  const [, line] = /\bintegrations (.*)$/.exec(remedy ?? '') ?? [];
  if (line === undefined) throw new Error(`no command in "${remedy}"`);
  return line.split(' ');
}
