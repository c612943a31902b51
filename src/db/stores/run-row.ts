import type { CategoryName } from '../../core/category.ts';
import type { JsonObject } from '../../core/field.ts';
import { fromStored, toStored } from '../../core/time.ts';

export const runsTable = 'tenant_integration_runs';

export type RunKind = 'build' | 'message' | 'ticket';

/**
 * What is known of a run. `dispatching`: its request may be on its way. `unknown`: it was sent, and nobody found out what
 * became of it. `refused` and `not_sent`: nothing was done. Any other word is its kind's own, and says that it was done.
 */
export type RunState = 'dispatching' | 'unknown' | 'refused' | 'not_sent' | (string & {});

/** One thing that was asked of a provider once. Times as `2026-12-31T00:00:00Z`. */
export interface Run {
  id: string;
  tenantId: string;
  kind: RunKind;
  category: CategoryName;
  integrationId: string;
  /** The integration's, as it was called then. */
  displayName: string;
  /** The caller's own name for it. */
  key: string | null;
  /** What of several things that one key stands for, such as a recipient. */
  part: string;
  /** What was asked for, digested under the ring. */
  requestDigest: string;
  /** By which the provider's side of it is found again; null where it was not told. */
  marker: string | null;
  /** What it was about, for people: names, and no value that was sent in confidence. */
  about: JsonObject;
  state: RunState;
  /** The provider's own word for it. */
  providerState: string | null;
  providerRunId: string | null;
  url: string | null;
  /** Why it is so, as a clause. */
  detail: string | null;
  /** What the provider's actions need to find it again. */
  place: JsonObject;
  createdAt: string;
  /** When it is to be cancelled; null for never. */
  deadlineAt: string | null;
  changedAt: string;
  /** Since when nothing more is expected of it; null as long as it is open. */
  endedAt: string | null;
}

/** What can be told of a run after it was begun. */
export type RunNews = Partial<
  Pick<
    Run,
    'state' | 'providerState' | 'providerRunId' | 'url' | 'detail' | 'place' | 'about' | 'endedAt' | 'changedAt'
  >
>;

const times = ['createdAt', 'deadlineAt', 'changedAt', 'endedAt'];
const documents = ['about', 'place'];
const lengths: Readonly<Record<string, number>> = { providerState: 64, providerRunId: 255, url: 8192, detail: 1024 };

export function decodeRun(row: Record<string, unknown>): Run {
  const entries = Object.entries(row).map(([name, value]) => {
    if (times.includes(name)) return [name, value === null ? null : fromStored(String(value))];
    if (documents.includes(name)) return [name, typeof value === 'string' ? JSON.parse(value) : (value ?? {})];
    return [name, name === 'tenantId' ? String(value) : value];
  });
  return Object.fromEntries(entries) as Run;
}

/** What a provider gave may be longer than its column. */
export function encodeRun(values: RunNews | Run): Record<string, string | null> {
  const entries = Object.entries(values).map(([name, value]) => {
    if (value === null || value === undefined) return [name, null];
    if (documents.includes(name)) return [name, JSON.stringify(value)];
    const text = String(value);
    const most = lengths[name];
    return [name, times.includes(name) ? toStored(text) : most ? [...text].slice(0, most).join('') : text];
  });
  return Object.fromEntries(entries);
}
