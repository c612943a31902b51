import type { Json, JsonObject } from '../../../src/core/field.ts';
import { description } from '../descriptions.ts';
import { type Exchange, faulty, page, providerServer, type RawReply, type Reply } from '../provider-server.ts';
import type { Creation, Kept, TicketDouble } from './double.ts';

interface Item extends Kept {
  id: number;
  rev: number;
}

export interface AzureDouble extends TicketDouble {
  tickets: Item[];
  types: JsonObject[];
  fields: JsonObject[];
  states: { name: string; category: string }[];
  /** What its rules stand against: the code and the fields. */
  rule: { code: string; fields: string[] } | undefined;
  /** The rule stands against a change of state, not against a new one. */
  rulesStates: boolean;
}

/** An Azure DevOps with one project, of the process Agile. */
export async function azureWithWorkItems(): Promise<AzureDouble> {
  const server = await providerServer({ description: description('azure-devops-wit-7.1.swagger2.json', '/azure') });
  const api = '/azure/acme/Mobile%20App/_apis/wit';
  const items: Item[] = [];
  const double: AzureDouble = {
    server,
    env: { INTEGRATIONS_AZURE_DEVOPS_API_URL: `${server.url}/azure` },
    provider: 'azure-devops',
    flags: [],
    tickets: items,
    creation: 'created',
    blindSearches: 0,
    instead: () => undefined,
    types: [
      { name: 'Bug', referenceName: 'Microsoft.VSTS.WorkItemTypes.Bug' },
      { name: 'Epic', referenceName: 'Microsoft.VSTS.WorkItemTypes.Epic', isDisabled: false },
    ],
    fields: [
      { name: 'Title', referenceName: 'System.Title', alwaysRequired: true },
      { name: 'Area Path', referenceName: 'System.AreaPath' },
      { name: 'Priority', referenceName: 'Microsoft.VSTS.Common.Priority', allowedValues: ['1', '2', '3', '4'] },
    ],
    states: [
      { name: 'New', category: 'Proposed' },
      { name: 'Geschlossen', category: 'Completed' },
    ],
    rule: undefined,
    rulesStates: false,
  };
  const on = (
    method: string,
    path: string | RegExp,
    answer: (exchange: Exchange) => Reply | RawReply,
    options?: { undescribed?: boolean },
  ) => server.on(method, path, (exchange) => double.instead(exchange) ?? answer(exchange), options);
  const listed = (value: Json[]): Reply => ({ json: { count: value.length, value } });
  const operationOf = (operations: Json, path: string) =>
    (operations as { path: string; value: Json }[]).find((each) => each.path === path)?.value;
  const shown = ({ id, rev, sent, status, links }: Item): JsonObject => ({
    id,
    rev,
    fields: {
      'System.WorkItemType': 'Epic',
      'System.State': status,
      'System.Tags': String(operationOf(sent, '/fields/System.Tags')),
    },
    relations: links.map(({ url, title }) => ({ rel: 'Hyperlink', url, attributes: { comment: title } })),
    _links: { html: { href: `https://dev.azure.com/acme/Mobile%20App/_workitems/edit/${id}` } },
  });
  const keep = ({ body }: Exchange): Reply => {
    const sent = JSON.parse(body) as Json;
    const id = 100 + items.length + 1;
    const item = {
      id,
      key: String(id),
      rev: 1,
      title: String(operationOf(sent, '/fields/System.Title')),
      sent,
      status: 'New',
    };
    items.push({ ...item, links: [] });
    return { json: shown(items.at(-1) as Item) };
  };
  const ruled = (): Reply | undefined =>
    double.rule && {
      status: 400,
      json: {
        message: `${double.rule.code}: Rule Error for field. Error code: Required. Value "secret" echoed.`,
        typeKey: 'RuleValidationException',
        errorCode: 600171,
        customProperties: {
          RuleValidationErrors: double.rule.fields.map((fieldReferenceName) => ({ fieldReferenceName })),
        },
      },
    };

  on('GET', `${api}/workitemtypes`, () => listed(double.types));
  on('GET', `${api}/workitemtypes/Epic/fields`, () => listed(double.fields));
  on('GET', `${api}/workitemtypes/Epic/states`, () => listed(double.states));
  // No operation passes a validator of its description: see there.
  const undescribed = { undescribed: true };
  const creating = `${api}/workitems/$Epic`;
  on(
    'POST',
    creating,
    (exchange) => {
      if (exchange.headers['content-type'] !== 'application/json-patch+json')
        return { status: 415, json: { message: 'no' } };
      const refused = double.rulesStates ? undefined : ruled();
      if (refused) return refused;
      if (exchange.query.get('validateOnly') === 'true') return { json: { id: -1 } };
      return creationOf(() => keep(exchange))[double.creation]();
    },
    undescribed,
  );
  on(
    'POST',
    `${api}/wiql`,
    ({ body }) => {
      const tag = /CONTAINS '(integrations-[0-9a-f]{12})'/.exec(JSON.parse(body).query)?.[1] ?? '';
      if (double.blindSearches > 0 && items.length > 0) {
        double.blindSearches -= 1;
        return { json: { workItems: [] } };
      }
      const found = items.filter(({ sent }) => String(operationOf(sent, '/fields/System.Tags')).includes(tag));
      return { json: { workItems: found.map(({ id }) => ({ id, url: 'x' })) } };
    },
    undescribed,
  );
  const of = (path: string) => items.find(({ id }) => path.endsWith(`/${id}`));
  on('GET', new RegExp(`^${api}/workitems/\\d+$`), ({ path }) => {
    const item = of(path);
    return item
      ? { json: shown(item) }
      : {
          status: 404,
          json: { message: 'TF401232: Work item does not exist', typeKey: 'WorkItemUnauthorizedAccessException' },
        };
  });
  on(
    'PATCH',
    new RegExp(`^${api}/workitems/\\d+$`),
    ({ path, body }) => {
      const item = of(path) as Item;
      const [test, operation] = JSON.parse(body);
      if (test.value !== item.rev)
        return { status: 412, json: { message: 'VS403208: changed', typeKey: 'WorkItemRevisionMismatchException' } };
      const refused = double.rulesStates ? ruled() : undefined;
      if (refused) return refused;
      if (operation.path === '/relations/-')
        item.links.push({ url: operation.value.url, title: operation.value.attributes.comment });
      else item.status = operation.value;
      item.rev += 1;
      return { json: shown(item) };
    },
    undescribed,
  );
  return double;
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
      return { status: 500, json: { message: 'no' } };
    },
    'created, and nothing told': () => {
      keep();
      return { json: {} };
    },
    'connection cut': () => faulty.reset(),
    fault: () => ({ status: 502, body: 'Bad Gateway' }),
    'input refused': () => ({
      status: 400,
      json: {
        message: 'TF401347: Invalid tree name given for work item -1, field System.AreaPath',
        typeKey: 'WorkItemInvalidTreeNameException',
      },
    }),
    forbidden: () => ({ status: 403, json: { message: "TF400813: The user 'x' is not authorized" } }),
    'credential refused': () => ({ ...page, status: 203 }),
    throttled: () => ({ status: 429, headers: { 'retry-after': '60' }, json: {} }),
  };
}
