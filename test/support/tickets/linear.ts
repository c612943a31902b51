import type { Json, JsonObject } from '../../../src/core/field.ts';
import { fitsSchema } from '../linear-schema.ts';
import { type Exchange, faulty, providerServer, type RawReply, type Reply } from '../provider-server.ts';
import type { Creation, Kept, TicketDouble } from './double.ts';

interface Node extends Kept {
  id: string;
  kind: 'issue' | 'project';
  trashed: boolean;
}

export interface LinearDouble extends TicketDouble {
  tickets: Node[];
  /** What stands in the way of an id that is there comes with 200. */
  conflictsWith200: boolean;
  /** What it has is shown by no question. */
  hides: boolean;
  labels: { id: string; name: string; isGroup: boolean; team: { id: string } | null }[];
  states: { id: string; name: string; type: string; position: number }[];
}

const teamId = '0a1b2c3d-0000-4000-8000-1a2b3c4d5e6f';
const projectId = '1b2c3d4e-0000-4000-8000-1a2b3c4d5e6f';

/** A Linear with one team, which has a project; without it as its default, projects are created. */
export async function linearWithIssues({ hasProject = true } = {}): Promise<LinearDouble> {
  const server = await providerServer();
  const nodes: Node[] = [];
  const double: LinearDouble = {
    server,
    env: { INTEGRATIONS_LINEAR_API_URL: `${server.url}/graphql` },
    provider: 'linear',
    flags: ['--default-project-id', hasProject ? 'mobile-releases-1a2b3c4d5e6f' : ''],
    tickets: nodes,
    creation: 'created',
    blindSearches: 0,
    instead: () => undefined,
    conflictsWith200: false,
    hides: false,
    labels: [
      { id: 'l1', name: 'Release', isGroup: false, team: null },
      { id: 'l2', name: 'Kind', isGroup: true, team: null },
      { id: 'l3', name: 'web', isGroup: false, team: { id: 'other' } },
    ],
    states: [
      { id: 's1', name: 'Todo', type: 'unstarted', position: 1 },
      { id: 's2', name: 'Shipped', type: 'completed', position: 2 },
    ],
  };
  const shown = ({ id, key, kind, status, trashed }: Node): JsonObject => {
    const type = double.states.find(({ name }) => name === status)?.type ?? 'unstarted';
    const common = { id, url: `https://linear.app/acme/${kind}/${key}`, trashed, archivedAt: null };
    return kind === 'issue'
      ? { ...common, identifier: key, team: { id: teamId }, state: { name: status, type } }
      : { ...common, name: key, status: { name: status, type } };
  };
  const nodesOf = (kind: Node['kind'], id: unknown) =>
    double.hides ? [] : nodes.filter((node) => node.kind === kind && node.id === id).map(shown);
  const keep = (kind: Node['kind'], input: JsonObject) => {
    const [number, title] = [nodes.length + 1, String(input['title'] ?? input['name'])];
    const key = kind === 'issue' ? `MOB-${number}` : title;
    const node = { id: String(input['id']), key, kind, title, sent: input, status: 'Todo', links: [], trashed: false };
    nodes.push(node);
    return { json: { data: { [`${kind}Create`]: { success: true, [kind]: shown(node) } } } };
  };
  const create = (kind: Node['kind'], input: JsonObject): Reply | RawReply => {
    const earlier = nodes.find(({ id }) => id === input['id']);
    if (earlier && !/cut|fault/.test(double.creation)) return conflict(double, earlier);
    return creationOf(() => keep(kind, input))[double.creation]();
  };
  const update = (kind: Node['kind'], { id, to }: JsonObject): Reply => {
    const node = nodes.find((each) => each.id === id) as Node;
    node.status = double.states.find((state) => state.id === to)?.name ?? node.status;
    return { json: { data: { [`${kind}Update`]: { success: true, [kind]: shown(node) } } } };
  };
  const attach = (id: unknown, url: unknown, title: unknown) => {
    const node = nodes.find((each) => each.id === id) as Node;
    node.links = [...node.links.filter((each) => each.url !== url), { url: String(url), title: String(title) }];
  };
  const answers: Record<string, (variables: Record<string, JsonObject>) => Reply | RawReply> = {
    'query Tickets': ({ id }) => ({
      json: { data: { issues: { nodes: nodesOf('issue', id) }, projects: { nodes: nodesOf('project', id) } } },
    }),
    'query Team': () => ({ json: { data: { teams: { nodes: [{ id: teamId }] } } } }),
    'query Project': () => ({ json: { data: { project: { id: projectId } } } }),
    'query Labels': () => ({
      json: { data: { issueLabels: { nodes: double.labels }, projectLabels: { nodes: double.labels } } },
    }),
    'query States': () => ({
      json: { data: { workflowStates: { nodes: double.states }, projectStatuses: { nodes: double.states } } },
    }),
    'query Links': ({ id }) => ({
      json: {
        data: { project: { externalLinks: { nodes: nodes.find((each) => each.id === (id as Json))?.links ?? [] } } },
      },
    }),
    'mutation Create': ({ input = {} }) => create('title' in input ? 'issue' : 'project', input),
    'mutation Close': (variables) =>
      update(nodes.find(({ id }) => id === (variables['id'] as Json))?.kind ?? 'issue', variables),
    'mutation Link': ({ input = {} }) => {
      attach(input['issueId'] ?? input['projectId'], input['url'], input['title'] ?? input['label']);
      return { json: { data: { attachmentCreate: { success: true }, entityExternalLinkCreate: { success: true } } } };
    },
  };
  server.on('POST', '/graphql', (exchange: Exchange) => {
    fitsSchema(exchange, ['query', 'mutation']);
    const { query, variables } = JSON.parse(exchange.body);
    const [name = ''] = /^(query|mutation) \w+/.exec(query) ?? [];
    const answer = double.instead(exchange) ?? answers[name]?.(variables);
    if (!answer) throw new Error(`nobody foresaw ${name}`);
    return answer;
  });
  return double;
}

function errors(status: number, message: string, extensions: JsonObject): Reply {
  return { status, json: { errors: [{ message, extensions }], data: null } };
}

function conflict({ conflictsWith200 }: LinearDouble, { id }: Node): Reply {
  return errors(conflictsWith200 ? 200 : 400, 'conflict on insert of Issue', {
    code: 'INPUT_ERROR',
    statusCode: 400,
    userError: true,
    userPresentableMessage: `Entity Issue with id ${id} already exists.`,
  });
}

function creationOf(keep: () => Reply): Record<Creation, () => Reply | RawReply> {
  return {
    created: keep,
    'created, and the connection cut': () => {
      keep();
      return faulty.reset();
    },
    'created, and a fault told': () => {
      keep();
      return { status: 500, json: {} };
    },
    'created, and nothing told': () => {
      keep();
      return { json: { data: null } };
    },
    'connection cut': () => faulty.reset(),
    fault: () => ({ status: 502, body: 'Bad Gateway' }),
    'input refused': () => errors(400, 'Argument Validation Error', { code: 'INPUT_ERROR', type: 'invalid input' }),
    forbidden: () => errors(403, 'Forbidden', { code: 'FORBIDDEN', type: 'forbidden' }),
    'credential refused': () => errors(401, 'no', { code: 'AUTHENTICATION_ERROR', type: 'authentication error' }),
    throttled: () => errors(400, 'Rate limit exceeded', { code: 'RATELIMITED', type: 'ratelimited' }),
  };
}
