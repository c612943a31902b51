import type { ErrorCode } from '../../core/error.ts';
import type { Location } from '../../db/location.ts';
import type { Database } from '../../db/queries.ts';
import type { Deps, KeyDeps } from '../deps.ts';

/**
 * How much a finding weighs.
 * - `error`: something does not work, or others can get at the credentials. It decides the exit status.
 * - `warning`: it works, and will not for long, or less safely than it could.
 * - `info`: worth knowing; nothing need be done.
 */
export type Severity = 'ok' | 'info' | 'warning' | 'error';

/** A row of the database that a finding is about. */
export interface Affected {
  id: string;
  tenantId: string;
  category: string;
  /** Of the credential, where the finding is about one. */
  column?: string;
}

/** What a check has seen. */
export interface Finding {
  severity: Severity;
  /** A clause without a full stop, never with a credential. */
  finding: string;
  /** What mends it: a command where there is one. */
  remedy?: string | undefined;
  /** How many rows are concerned; `rows` names the first of them. */
  count?: number;
  rows?: readonly Affected[];
}

/** More rows are counted, not named. */
export const namedRows = 100;

/** What the checks of what is stored look at. */
export interface Inspected extends Pick<Deps, 'openers' | 'withNewKeys' | 'progress'>, Pick<KeyDeps, 'keySource'> {
  settings(): Promise<{ readonly location: Location; readonly password: { readonly origin: string } | undefined }>;
  /** The database as it is, fit for this version or not. */
  rawDatabase(): Promise<Database>;
}

/** @template Given what it looks at */
export interface Check<Given = Inspected> {
  readonly id: string;
  /** The checks without which it cannot be made; an error of one of them skips it. */
  readonly needs: readonly string[];
  /** The code of the failure when it finds an error. */
  readonly code: ErrorCode;
  /** What a person is told meanwhile; undefined where the check tells how far it is. */
  readonly doing: string | undefined;
  /** @returns at least one finding; what it throws is an error too */
  look(given: Given): Promise<Finding[]>;
}

export function ok(finding: string): Finding[] {
  return [{ severity: 'ok', finding }];
}

/** What was found, else that all is well. */
export function orOk(findings: Finding[], finding: string): Finding[] {
  return findings.length > 0 ? findings : ok(finding);
}
