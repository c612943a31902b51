import type { Probe } from '../../core/verification.ts';
import { jobName } from './addresses.ts';

/**
 * The names of folders and job, outermost first, from a stored or a given path. With `/job/` between it is taken for a
 * part of a web address, so `%20` is a space there; without, for the names themselves.
 */
export function jobNames(path: string): string[] {
  const segments = path.split('/').filter((segment) => segment !== '');
  const pairs = segments.length % 2 === 0 ? segments : ['job', ...segments];
  const long = segments.length > 1 && pairs.every((segment, index) => index % 2 === 1 || segment === 'job');
  return long ? pairs.filter((_, index) => index % 2 === 1).map(jobName) : segments;
}

/** `/job/mobile/job/release`; a branch's name has `%2F` in it, which is encoded once more. */
export function pathOfJob(probe: Probe): string {
  return pathOf(jobNames(probe.text('jenkinsJobPath') ?? ''));
}

/** The same of names. */
export function pathOf(names: readonly string[]): string {
  return names.map((name) => `/job/${encodeURIComponent(name)}`).join('');
}
