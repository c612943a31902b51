import { judgeBy } from '../../core/answers.ts';
import { basic, bearer } from '../../core/authorization.ts';
import { quotable, sentenceList } from '../../core/text.ts';
import {
  type Answer,
  type Finding,
  type HostedApi,
  type Probe,
  Refusal,
  type Request,
  type RequestRest,
  Undecided,
} from '../../core/verification.ts';
import {
  at,
  errorBody,
  type JsonObject,
  jsonObject,
  listOf,
  sameName,
  shownName,
  textOf,
  unforeseen,
} from '../json-answer.ts';
import { jiraAnswers } from './answers.ts';

/** Jira's REST API, of Cloud, of Cloud's gateway and of Data Center. Facts: Atlassian, 'Basic auth for REST APIs', 'Rate limiting'. */

/** Cloud's gateway. */
export const atlassianApi: HostedApi = {
  base: 'https://api.atlassian.com',
  variable: 'INTEGRATIONS_ATLASSIAN_API_URL',
};

/** What the token's user needs in the project, by the keys of the API. */
export const jiraPermissions = { BROWSE_PROJECTS: 'Browse projects', CREATE_ISSUES: 'Create issues' } as const;

/** What is too much for a token that creates issues. */
const beyond = { ADMINISTER: 'Administer Jira', ADMINISTER_PROJECTS: 'Administer projects' } as const;

/** What a token that has scopes needs. */
export const jiraScopes = ['read:jira-user', 'read:jira-work', 'write:jira-work'] as const;

export function isCloud(hostname: string): boolean {
  return hostname.endsWith('.atlassian.net');
}

/** Where a token is sent: Cloud may want it at its gateway. */
export function jiraAddresses(site: string): string[] {
  return isCloud(URL.parse(site)?.hostname ?? '') ? [site, atlassianApi.base] : [site];
}

/** What stands against an answer, a project that is missing left out before the credential is proven. */
function problemIn(probe: Probe, answer: Answer, credentialProven = false): Refusal | Undecided | undefined {
  return judgeBy(jiraAnswers, answer, { credentialProven, now: probe.now() });
}

/** How one deployment is asked. */
export interface Door {
  /** With the version of the API. */
  base: string;
  /** Tokens with scopes work through the gateway only. */
  scoped: boolean;
}

interface Entry {
  door: Door;
  user: JsonObject;
}

export async function verifyJira(probe: Probe): Promise<void> {
  const { door } = await probe.check('credential', async () => {
    const entry = await enterJira(probe);
    const { user } = entry;
    const name = textOf(user['displayName']) ?? textOf(user['name']);
    if (!(textOf(user['accountId']) ?? textOf(user['name']) ?? textOf(user['key']))) throw unforeseen();
    if (user['active'] === false) {
      throw new Refusal('REVOKED', {
        detail: "the token's user is no longer active",
        hint: "Have the user activated again, or store another user's token.",
      });
    }
    probe.accountIs(textOf(user['emailAddress']) ?? name);
    return { detail: `accepted${entry.door.scoped ? ' as a token with scopes' : ''}`, door: entry.door };
  });
  await probe.check('resource', () => checkProject(probe, door));
  await probe.check('permission', () => checkPermissions(probe, door));
}

/** Whether a token has scopes does not show on it: the site is asked first, and the gateway after the site's refusal. */
export async function enterJira(probe: Probe): Promise<Entry> {
  const site = probe.text('jiraUrl') ?? '';
  const cloud = isCloud(URL.parse(site)?.hostname ?? '');
  if (!probe.text('jiraEmail')) return enterThrough(probe, { base: `${site}/rest/api/2`, scoped: false });
  const door = { base: `${site}/rest/api/3`, scoped: false };
  const answer = await askJira(probe, door, '/myself', (each) =>
    cloud ? isRefused(probe, each) : isOtherVersion(probe, each),
  );
  if (cloud && isRefused(probe, answer)) return enterGateway(probe, site, answer);
  // Data Center knows only version 2.
  if (answer.status === 404) return enterThrough(probe, { base: `${site}/rest/api/2`, scoped: false });
  return { door, user: jsonObject(answer) };
}

async function enterThrough(probe: Probe, door: Door): Promise<Entry> {
  return { door, user: jsonObject(await askJira(probe, door, '/myself')) };
}

/** Where the gateway cannot be asked, the site's own refusal stands. */
async function enterGateway(probe: Probe, site: string, refusal: Answer): Promise<Entry> {
  const tenant = await probe.send({ url: `${site}/_edge/tenant_info`, accept: (answer) => answer.status === 404 });
  const cloudId = textOf(errorBody(tenant)['cloudId']);
  if (cloudId === undefined || !/^[\w-]{1,64}$/.test(cloudId)) throw problemIn(probe, refusal) ?? unforeseen();
  const base = `${probe.base(atlassianApi)}/ex/jira/${cloudId}/rest/api/3`;
  return enterThrough(probe, { base, scoped: true });
}

function isRefused(probe: Probe, answer: Answer): boolean {
  return problemIn(probe, answer)?.kind === 'INVALID';
}

/** A 404 of the path itself: none in Jira's own words. */
function isOtherVersion(probe: Probe, answer: Answer): boolean {
  return answer.status === 404 && problemIn(probe, answer, true) === undefined;
}

/** A 404 that is not a login that failed. */
export function isMissing(probe: Probe, answer: Answer): boolean {
  return answer.status === 404 && problemIn(probe, answer) === undefined;
}

export function jiraRequest(probe: Probe, door: Door, path: string, rest: RequestRest = {}): Request {
  const token = probe.secret('jiraApiToken');
  if (!token) throw new Undecided('MALFORMED', { detail: 'the API token is not stored' });
  const email = probe.text('jiraEmail');
  const authorization = email ? basic(email, token) : bearer(token);
  return { ...rest, url: `${door.base}${path}`, headers: { authorization, ...rest.headers } };
}

export function askJira(probe: Probe, door: Door, path: string, accept?: (answer: Answer) => boolean): Promise<Answer> {
  return probe.send(jiraRequest(probe, door, path, accept ? { accept } : {}));
}

export function projectPath(probe: Probe): string {
  return encodeURIComponent(probe.text('jiraProjectKey') ?? '');
}

async function checkProject(probe: Probe, door: Door): Promise<Finding> {
  const wanted = probe.text('jiraProjectKey') ?? '';
  const answer = await askJira(probe, door, `/project/${projectPath(probe)}`);
  const project = jsonObject(answer);
  const key = textOf(project['key']);
  if (key === undefined) throw unforeseen();
  const notes = [
    ...(key === wanted ? [] : [`its key is "${shownName(key) ?? 'another'}" now`]),
    ...(project['archived'] === true ? ['it is archived'] : []),
    await issueTypeNote(probe, door),
  ];
  return { detail: [`the project "${quotable(wanted)}" is there`, ...notes.filter(Boolean)].join('; ') };
}

/** The first types that the user may create an issue of. Data Center names the list `values`, and has the call since 8.4. */
export async function issueTypes(probe: Probe, door: Door): Promise<{ types: readonly unknown[]; total: number }> {
  const path = `/issue/createmeta/${projectPath(probe)}/issuetypes?startAt=0&maxResults=200`;
  const answer = await askJira(probe, door, path, (each) => isMissing(probe, each) && !each.isPage);
  const { issueTypes: ofCloud, values, total } = answer.status === 404 ? {} : jsonObject(answer);
  return { types: [ofCloud, values].flatMap(listOf), total: typeof total === 'number' ? total : 0 };
}

async function issueTypeNote(probe: Probe, door: Door): Promise<string> {
  const wanted = probe.text('jiraDefaultIssueType');
  if (!wanted) return '';
  const page = await issueTypes(probe, door);
  const { types } = page;
  const names = (type: unknown) => ['id', 'name', 'untranslatedName'].flatMap((name) => textOf(at(type, name)) ?? []);
  const match = types.find((type) => names(type).some((name) => sameName(name, wanted)));
  if (match !== undefined) return `it has the issue type "${quotable(wanted)}"`;
  const complete = types.length > 0 && !(page.total > types.length);
  // Without the permission to create issues none is listed; that is for the check of the permission to say.
  if (!complete) return 'its issue types cannot be read';
  throw new Refusal('NOT_FOUND', {
    detail: `the project has no issue type "${quotable(wanted)}" that the user may create`,
    hint: 'Correct --default-issue-type; the name is the one that Jira shows, or its id.',
  });
}

async function checkPermissions(probe: Probe, door: Door): Promise<Finding> {
  const query = new URLSearchParams({
    projectKey: probe.text('jiraProjectKey') ?? '',
    permissions: Object.keys({ ...jiraPermissions, ...beyond }).join(','),
  });
  const { permissions } = jsonObject(await askJira(probe, door, `/mypermissions?${query}`));
  const missing = Object.entries(jiraPermissions).filter(([key]) => {
    const has = at(permissions, key, 'havePermission');
    if (typeof has !== 'boolean') throw unforeseen();
    return !has;
  });
  if (missing.length > 0) {
    throw new Refusal('INSUFFICIENT', {
      detail: `the user lacks the permission ${sentenceList(missing.map(([, name]) => name))}`,
      hint: 'Have a project administrator give it.',
    });
  }
  const more = Object.entries(beyond).filter(([key]) => at(permissions, key, 'havePermission') === true);
  const note = more.length > 0 ? `; more than it needs: ${sentenceList(more.map(([, name]) => name))}` : '';
  if (!door.scoped) return { detail: `the user may see the project and create issues${note}` };
  return {
    outcome: 'unproven',
    detail: `the user may create issues; whether the token has the scope write:jira-work cannot be checked${note}`,
  };
}
