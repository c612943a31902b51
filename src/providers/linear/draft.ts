import { AppError, invalid } from '../../core/error.ts';
import type { Json, JsonObject } from '../../core/field.ts';
import { nearest } from '../../core/nearest.ts';
import { quotable, sentenceList } from '../../core/text.ts';
import type { Filled } from '../../core/ticket-text.ts';
import { TemplateText } from '../../core/ticket-text.ts';
import type { TicketContent, TicketDraft, TicketMark } from '../../core/tickets.ts';
import type { Probe } from '../../core/verification.ts';
import { at, listOf, textOf } from '../json-answer.ts';
import { jsonOf } from '../template-json.ts';
import { askLinear, linearApi, uuid } from './api.ts';
import { markdownOf } from './markdown.ts';
import { fieldsOf, type Kind } from './tickets.ts';

/** What a template may set beside title, description and labels (Linear's schema, IssueCreateInput and ProjectCreateInput). */
const accepted: Readonly<Record<Kind, readonly string[]>> = {
  issue: [
    ...['assigneeId', 'cycleId', 'dueDate', 'estimate', 'labelIds', 'parentId', 'priority', 'projectId'],
    ...['projectMilestoneId', 'stateId', 'subscriberIds', 'templateId', 'useDefaultTemplate'],
  ],
  project: [
    ...['color', 'icon', 'labelIds', 'leadId', 'memberIds', 'priority', 'startDate', 'statusId', 'targetDate'],
    ...['templateId', 'useDefaultTemplate'],
  ],
};

const creating: Readonly<Record<Kind, string>> = {
  issue: `mutation Create($input: IssueCreateInput!) { issueCreate(input: $input) { success issue ${fieldsOf.issue} } }`,
  project: `mutation Create($input: ProjectCreateInput!) { projectCreate(input: $input) { success project ${fieldsOf.project} } }`,
};

/** An issue in the project of the integration, or where it has none a project of the team; the template's `kind` says otherwise. */
export async function draftLinear(probe: Probe, content: TicketContent, mark: TicketMark): Promise<TicketDraft> {
  const { kind: given, ...fields } = content.fields;
  const kind = kindOf(given, probe.text('linearDefaultProjectId') !== undefined);
  refuseUnknown(kind, fields);
  const own: JsonObject = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, jsonOf(value)]));
  const teamId = await teamIdOf(probe);
  const labelIds = await labelIdsOf(probe, { kind, teamId, labels: content.labels, own: own['labelIds'] });
  const description = content.description && markdownOf(content.description);
  const common = { id: mark.id, ...own, ...(labelIds.length > 0 ? { labelIds } : {}) };
  const input: JsonObject =
    kind === 'issue'
      ? {
          ...common,
          teamId,
          title: content.title,
          ...(description ? { description } : {}),
          ...('projectId' in own ? {} : await projectOf(probe)),
        }
      : { ...common, teamIds: [teamId], name: content.title, ...(description ? { content: description } : {}) };
  return {
    url: probe.base(linearApi),
    body: { query: creating[kind], variables: { input } },
    place: { kind, id: mark.id },
  };
}

function kindOf(given: Filled | undefined, hasProject: boolean): Kind {
  if (given === undefined) return hasProject ? 'issue' : 'project';
  const kind = given instanceof TemplateText ? given.plain : '';
  if (kind === 'issue' || kind === 'project') return kind;
  throw invalid('epicTemplate.kind is neither "issue" nor "project"', { field: 'epicTemplate' });
}

function refuseUnknown(kind: Kind, fields: TicketContent['fields']): void {
  const unknown = Object.keys(fields).filter((name) => !accepted[kind].includes(name));
  if (unknown.length === 0) return;
  const names = ['title', 'description', 'labels', 'kind', ...accepted[kind]];
  const shown = unknown.map((name) => quotable(name));
  throw invalid(`epicTemplate sets ${sentenceList(shown)}, which a new ${kind} does not take`, {
    field: 'epicTemplate',
    hint: `It takes ${sentenceList(names)}.`,
    details: { unknown: shown, accepted: names },
  });
}

async function teamIdOf(probe: Probe): Promise<string> {
  const team = probe.text('linearTeamId') ?? '';
  if (uuid.test(team)) return team;
  const query =
    'query Team($team: String!) { teams(first: 1, filter: { key: { eqIgnoreCase: $team } }) { nodes { id } } }';
  const id = textOf(at(listOf(at(await askLinear(probe, { query, variables: { team } }), 'teams', 'nodes'))[0], 'id'));
  if (id !== undefined) return id;
  throw new AppError('NOT_FOUND', `there is no team "${quotable(team)}", or the key cannot see it`, {
    field: 'linearTeamId',
    hint: 'Correct it with "update" --team-id, or give the key access to the team.',
  });
}

async function projectOf(probe: Probe): Promise<{ projectId?: string }> {
  const project = probe.text('linearDefaultProjectId');
  if (project === undefined) return {};
  if (uuid.test(project)) return { projectId: project };
  const query = 'query Project($project: String!) { project(id: $project) { id } }';
  const id = textOf(at(await askLinear(probe, { query, variables: { project } }), 'project', 'id'));
  return { projectId: id ?? project };
}

interface Labels {
  kind: Kind;
  teamId: string;
  labels: readonly string[];
  own: Json | undefined;
}

/** Labels go by their ids. @throws AppError VALIDATION for a name that there is not */
async function labelIdsOf(probe: Probe, { kind, teamId, labels, own }: Labels): Promise<string[]> {
  const given = Array.isArray(own) ? own.map(String) : [];
  if (labels.length === 0) return given;
  const list = `${kind}Labels`;
  const team = kind === 'issue' ? ' team { id }' : '';
  const query = `query Labels { ${list}(first: 250) { nodes { id name isGroup${team} } } }`;
  const all = listOf(at(await askLinear(probe, { query, variables: {} }), list, 'nodes')).filter((label) => {
    const owner = textOf(at(label, 'team', 'id'));
    return at(label, 'isGroup') !== true && (owner === undefined || owner === teamId);
  });
  const ids = labels.map((name) => {
    const label = all.find((each) => textOf(at(each, 'name'))?.toLowerCase() === name.toLowerCase());
    const id = textOf(at(label, 'id'));
    if (id === undefined) throw noLabel(name, all);
    return id;
  });
  return [...given, ...ids];
}

function noLabel(name: string, all: readonly unknown[]): AppError {
  const names = all.flatMap((label) => textOf(at(label, 'name')) ?? []);
  const near = nearest(
    name,
    names.map((each) => each.toLowerCase()),
  );
  return invalid(`the team has no label "${quotable(name)}"`, {
    field: 'epicTemplate',
    hint: near ? `Is "${quotable(near)}" meant?` : 'Make it in Linear, or leave it out of the epic template.',
  });
}
