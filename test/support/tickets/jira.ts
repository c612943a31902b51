import type { Json, JsonObject } from '../../../src/core/field.ts';
import { type Description, description } from '../descriptions.ts';
import { type Exchange, faulty, providerServer, type RawReply, type Reply } from '../provider-server.ts';
import type { Creation, Kept, TicketDouble } from './double.ts';

interface Way {
  id: string;
  name: string;
  to: string;
  /** `indeterminate` where it is not said. */
  isDone?: true;
  isAvailable?: false;
  /** A field that its screen asks for. */
  asks?: string;
}

export interface JiraDouble extends TicketDouble {
  types: JsonObject[];
  fields: JsonObject[];
  /** So many entries a page, whatever is asked for. */
  pageSize: number;
  ways: Way[];
  /** `captcha`-free words of a refusal, by field. */
  errors: Record<string, string>;
  refusesLinks: boolean;
}

export const summaryField = { fieldId: 'summary', name: 'Summary', required: true, schema: { system: 'summary' } };
export const epicNameField = {
  fieldId: 'customfield_10042',
  name: 'Nom de l’epic',
  required: true,
  schema: { custom: 'com.pyxis.greenhopper.jira:gh-epic-label' },
};

const fields: JsonObject[] = [
  { fieldId: 'project', name: 'Project', required: true, schema: { system: 'project' } },
  { fieldId: 'issuetype', name: 'Issue Type', required: true, schema: { system: 'issuetype' } },
  summaryField,
  { fieldId: 'description', name: 'Description', required: false, schema: { system: 'description' } },
  { fieldId: 'labels', name: 'Labels', required: false, schema: { system: 'labels' } },
  { fieldId: 'priority', name: 'Priority', required: false, hasDefaultValue: true, schema: { system: 'priority' } },
];

const cloud = description('jira-cloud-v3.openapi3.json', '/jira');

/** A Jira with one project, of Cloud or of Data Center. */
export async function jiraWithIssues({ isCloud = true } = {}): Promise<JiraDouble> {
  const server = await providerServer({ description: isCloud ? cloud : anything });
  const api = `/jira/rest/api/${isCloud ? 3 : 2}`;
  const issues: (Kept & { id: string })[] = [];
  const double: JiraDouble = {
    server,
    env: {},
    provider: 'jira',
    flags: [...['--url', `${server.url}/jira`, '--default-issue-type', ''], ...(isCloud ? [] : ['--email', ''])],
    tickets: issues,
    creation: 'created',
    blindSearches: 0,
    instead: () => undefined,
    types: [
      { id: '10001', name: 'Story', hierarchyLevel: 0 },
      { id: '10000', name: 'Epic', hierarchyLevel: 1 },
    ].map(({ hierarchyLevel, ...type }) => (isCloud ? { ...type, hierarchyLevel } : type)),
    fields,
    pageSize: 200,
    ways: [
      { id: '21', name: 'Start', to: 'In Progress' },
      { id: '31', name: 'Finish', to: 'Done', isDone: true },
    ],
    errors: { summary: 'You must specify a summary: ATATT-echo' },
    refusesLinks: false,
  };
  const on = (method: string, path: string | RegExp, answer: (exchange: Exchange) => Reply | RawReply) =>
    server.on(method, path, (exchange) => double.instead(exchange) ?? answer(exchange));
  const pageOf = (list: Json[], name: string, { query }: Exchange): Reply => {
    const start = Number(query.get('startAt'));
    const entries = list.slice(start, start + double.pageSize);
    return {
      json: { startAt: start, maxResults: double.pageSize, total: list.length, [isCloud ? name : 'values']: entries },
    };
  };

  on('GET', `${api}/myself`, () => ({
    json: isCloud ? { accountId: '5b10', active: true } : { name: 'ops', active: true },
  }));
  on('GET', `${api}/issue/createmeta/MOB/issuetypes`, (exchange) => pageOf(double.types, 'issueTypes', exchange));
  on('GET', new RegExp(`^${api}/issue/createmeta/MOB/issuetypes/\\d+$`), (exchange) =>
    pageOf(double.fields, 'fields', exchange),
  );
  const keep = ({ body }: Exchange) => {
    const sent = JSON.parse(body).fields;
    const number = issues.length + 1;
    issues.push({
      id: String(9000 + number),
      key: `MOB-${number}`,
      title: sent.summary,
      sent,
      status: 'To Do',
      links: [],
    });
    return { id: String(9000 + number), key: `MOB-${number}`, self: `${server.url}${api}/issue/${9000 + number}` };
  };
  on('POST', `${api}/issue`, (exchange) => creationOf(double, exchange, keep)[double.creation]());
  on('POST', isCloud ? `${api}/search/jql` : `${api}/search`, ({ body }) => {
    const label = /labels = "(integrations-[0-9a-f]{12})"/.exec(JSON.parse(body).jql)?.[1] ?? '';
    if (double.blindSearches > 0 && issues.length > 0) {
      double.blindSearches -= 1;
      return { json: { issues: [] } };
    }
    return { json: { issues: issues.filter(({ sent }) => labelsOf(sent).includes(label)).map(shown) } };
  });
  const isDone = (status: string) => double.ways.some(({ to, isDone: ends }) => to === status && ends);
  const shown = ({ id, key, status }: (typeof issues)[number]) => ({
    id,
    key,
    fields: { status: { name: status, statusCategory: { key: isDone(status) ? 'done' : 'new' } } },
  });
  const of = (path: string) => issues.find(({ id }) => path.includes(`/issue/${id}`));
  const missing: Reply = { status: 404, json: { errorMessages: ['Issue does not exist'], errors: {} } };
  on('GET', new RegExp(`^${api}/issue/\\d+$`), ({ path }) => {
    const issue = of(path);
    return issue ? { json: shown(issue) } : missing;
  });
  on('GET', new RegExp(`^${api}/issue/\\d+/transitions$`), () => ({
    json: {
      transitions: double.ways.map(({ id, name, to, isDone: ends, isAvailable = true }) => ({
        ...{ id, name, isAvailable },
        to: { name: to, statusCategory: { key: ends ? 'done' : 'indeterminate' } },
      })),
    },
  }));
  on('POST', new RegExp(`^${api}/issue/\\d+/transitions$`), ({ path, body }) => {
    const way = double.ways.find(({ id }) => id === JSON.parse(body).transition.id);
    const issue = of(path);
    if (way?.asks)
      return { status: 400, json: { errorMessages: [], errors: { [way.asks]: 'Resolution is required.' } } };
    if (issue && way) issue.status = way.to;
    return { status: 204 };
  });
  on('POST', new RegExp(`^${api}/issue/\\d+/remotelink$`), ({ path, body }) => {
    if (double.refusesLinks) return { status: 403, json: { errorMessages: ['No Link Issue Permission'], errors: {} } };
    const { object } = JSON.parse(body);
    const issue = of(path);
    if (issue) issue.links = [object];
    return { status: 201, json: { id: 1, self: 'x' } };
  });
  return double;
}

function creationOf(double: JiraDouble, exchange: Exchange, keep: (exchange: Exchange) => JsonObject) {
  return {
    created: () => ({ status: 201, json: keep(exchange) }),
    'created, and the connection cut': () => {
      keep(exchange);
      return faulty.reset();
    },
    'created, and a fault told': () => {
      keep(exchange);
      return { status: 500, json: { errorMessages: ['Internal server error'], errors: {} } };
    },
    'created, and nothing told': () => {
      keep(exchange);
      return { status: 201 };
    },
    'connection cut': () => faulty.reset(),
    fault: () => ({ status: 502, body: 'Bad Gateway' }),
    'input refused': () => ({ status: 400, json: { errorMessages: [], errors: double.errors } }),
    forbidden: () => ({ status: 403, json: { errorMessages: ['You do not have permission'], errors: {} } }),
    'credential refused': () => ({
      status: 401,
      headers: { 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' },
      body: '',
    }),
    throttled: () => ({ status: 429, headers: { 'retry-after': '60' }, json: {} }),
  } satisfies Record<Creation, () => Reply | RawReply>;
}

function labelsOf(sent: Json): unknown[] {
  const { labels } = sent as { labels?: unknown[] };
  return labels ?? [];
}

/** Data Center is in no description of ours. */
const anything: Description = { fits: () => [] };
