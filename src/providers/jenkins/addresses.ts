import { Unfit } from '../../core/field.ts';
import { addressIn, decodedPart } from '../../core/pasted/address.ts';

/** What a Jenkins shows in a browser. Facts: Jenkins core source (`Jenkins`, `View`, `Job`, `Run`), the plugin Blue Ocean. */

/** Pages of the server itself, behind whatever path it has. */
const serverPage =
  /\/(job|view|login|loginError|logout|signup|manage|configure|computer|user|users|people|asynchPeople|whoAmI|me|my-views|script|queue|builds|newJob|api|pluginManager|plugins|credentials|systemInfo|about|log|search|blue|administrativeMonitor|securityRealm|cli)(\/|$)/;

/** The server, whichever of its pages was copied. */
export function serverUrl({ origin, pathname }: URL): string {
  const page = serverPage.exec(pathname);
  return (origin + (page ? pathname.slice(0, page.index) : pathname)).replace(/(?<!\/)\/+$/, '');
}

/** What may follow a job: its builds and its pages. */
const jobPage =
  /^(last\w*Build|\d+|build|buildWithParameters|configure|ws|changes|console|config\.xml|indexing|computation|pipeline-syntax|replay|rebuild|badge|delete|move|confirm-rename|workflow-stage|multi-pipeline-graph|scm|polling|api|test|artifact|depgraph-view|buildTimeTrend|rssAll|rssFailed|events)$/;

/**
 * The names of folders and job in what was copied from a browser, outermost first; undefined where it is no such
 * address but the names themselves.
 * @throws Unfit for an address of Jenkins in which there is no job
 */
export function copiedJob(given: string): string[] | undefined {
  const address = addressIn(given);
  const path = address ? address.pathname : given.replace(/[?#].*$/, '');
  const parts = path.split('/').filter((part) => part !== '');
  const blue = parts.findIndex((part, index) => part === 'blue' && parts[index + 1] === 'organizations');
  const names = blue >= 0 ? blueNames(parts.slice(blue + 3)) : classicNames(parts, address !== undefined);
  if (address && !names) {
    throw new Unfit(
      'is an address without a job; open the job in Jenkins and copy its address, or give a path such as mobile/release',
    );
  }
  return names;
}

/** `view/NAME` and `job/NAME` by turns, with a page of the job behind. */
function classicNames(parts: readonly string[], isAddress: boolean): string[] | undefined {
  const names: string[] = [];
  let at = isAddress ? parts.findIndex((part) => part === 'job' || part === 'view') : 0;
  let hasView = false;
  if (at < 0) return undefined;
  for (; at + 1 < parts.length && /^(job|view)$/.test(parts[at] ?? ''); at += 2) {
    if (parts[at] === 'job') names.push(jobName(parts[at + 1] ?? ''));
    else hasView = true;
  }
  const rest = parts[at];
  const isWhole = rest === undefined || jobPage.test(rest);
  if (names.length === 0 || (!isAddress && !isWhole)) return undefined;
  return isAddress || hasView || rest !== undefined ? names : undefined;
}

/** `mobile%2Frelease/detail/BRANCH/12/pipeline`; a job without branches stands in the place of its branch once more. */
function blueNames([job, page, branch]: readonly string[]): string[] | undefined {
  if (job === undefined) return undefined;
  const names = decodedPart(job).split('/');
  if (page !== 'detail' || branch === undefined) return names;
  const name = decodedPart(branch);
  return name === names.at(-1) ? names : [...names, name.replaceAll('/', '%2F')];
}

// A branch job's name has '%2F' in it, which a web address shows as '%252F'; a '/' is never part of a name.
export function jobName(part: string): string {
  const name = decodedPart(part);
  return name.includes('/') ? part : name;
}
