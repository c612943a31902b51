import { AppError } from '../core/error.ts';
import { systemCode } from '../files/system-error.ts';
import { IntegrationsError } from '../library/error.ts';

/** One line of JSON for each thing that happens. No line holds a value of a request, nor what an error says. */
export interface Log {
  request(entry: RequestEntry): void;
  /** What failed: our own errors in their words, and of what was not foreseen the kind, and the places that it came by. */
  fault(requestId: string | null, error: unknown): void;
  note(event: string, more?: Readonly<Record<string, string | number>>): void;
  warn(text: string): void;
}

export interface RequestEntry {
  requestId: string;
  method: string;
  /** The path as the API describes it. */
  route: string | null;
  status: number;
  ms: number;
  caller: string | null;
  /** Of a job, in its issuer's words. */
  subject?: string;
  tenantId: string | null;
}

export function createLog(write: (line: string) => void): Log {
  const line = (level: 'info' | 'warning' | 'error', event: string, more: object) =>
    write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...more })}\n`);
  return {
    request: (entry) => line(entry.status < 500 ? 'info' : 'error', 'request', entry),
    fault: (requestId, error) => line('error', 'fault', { requestId, ...kindOf(error) }),
    note: (event, more = {}) => line('info', event, more),
    warn: (text) => line('warning', 'warning', { message: text }),
  };
}

/** A driver's message may quote a value. */
function kindOf(error: unknown): { kind: string; message?: string; places?: string[] } {
  if (error instanceof AppError || error instanceof IntegrationsError)
    return { kind: error.code, message: error.message };
  if (!(error instanceof Error)) return { kind: typeof error, places: [] };
  const places = (error.stack ?? '').split('\n').filter((each) => /^\s+at /.test(each));
  return { kind: systemCode(error) ?? error.name, places: places.map((each) => each.trim()) };
}
