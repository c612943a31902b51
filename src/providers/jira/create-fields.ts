import { AppError, invalid } from '../../core/error.ts';
import { quotable, sentenceList } from '../../core/text.ts';
import type { Probe } from '../../core/verification.ts';
import { at, jsonObject, listOf, sameName, shownName, textOf } from '../json-answer.ts';
import { askJira, type Door, isMissing, projectPath } from './api.ts';

/**
 * What a new issue may and must have. Facts: Atlassian, 'Issues: get create field metadata'; Data Center 9 and 10 name both
 * lists `values` (sooperset/mcp-atlassian#958), and before 8.4 there is no such call.
 */

export interface IssueType {
  id: string;
  name: string;
}

export interface CreateField {
  id: string;
  /** As people read it. */
  name: string;
  /** Jira fills in nothing where it is left out. */
  isRequired: boolean;
  /** Its kind, such as `com.pyxis.greenhopper.jira:gh-epic-label`. */
  custom: string;
  /** Formatted text, which has a form of its own on Cloud. */
  isRich: boolean;
  allowed: string[];
}

/** The type of new issues; undefined where this Jira does not tell. @throws AppError VALIDATION | NOT_FOUND */
export async function issueTypeOf(probe: Probe, door: Door): Promise<IssueType | undefined> {
  const types = await metadata(probe, door, `/issue/createmeta/${projectPath(probe)}/issuetypes`, 'issueTypes');
  if (!types) return undefined;
  const wanted = probe.text('jiraDefaultIssueType');
  const [only, ...others] = wanted === undefined ? epicsAmong(types) : namedAmong(types, wanted);
  if (only && others.length === 0) return only;
  const project = quotable(probe.text('jiraProjectKey') ?? '');
  if (only) {
    throw invalid(`the project ${project} has several such types: ${told([only, ...others])}`, {
      field: 'jiraDefaultIssueType',
      hint: 'Give the id of one with "update" --default-issue-type.',
    });
  }
  const all = types.flatMap(typeOf);
  const what = wanted === undefined ? 'type for epics' : `issue type "${quotable(wanted)}"`;
  throw new AppError('NOT_FOUND', `the project ${project} has no ${what} that the user may create`, {
    field: 'jiraDefaultIssueType',
    hint:
      all.length > 0
        ? `It has ${told(all.slice(0, 20))}. Give the name or the id of one with "update" --default-issue-type.`
        : 'Give the user of the token the permission Create issues in the project.',
  });
}

function told(types: readonly IssueType[]): string {
  return sentenceList(types.map(({ id, name }) => `${shownName(name) ?? 'one'} (${quotable(id)})`));
}

function namedAmong(types: readonly unknown[], wanted: string): IssueType[] {
  for (const by of ['id', 'name', 'untranslatedName']) {
    const found = types.filter((type) => sameName(textOf(at(type, by)) ?? '', wanted)).flatMap(typeOf);
    if (found.length > 0) return found;
  }
  return [];
}

/** By its level on Cloud; Data Center has none, and translates the name. */
function epicsAmong(types: readonly unknown[]): IssueType[] {
  const byLevel = types.filter((type) => at(type, 'hierarchyLevel') === 1).flatMap(typeOf);
  if (byLevel.length > 0) return byLevel;
  const isEpic = (type: unknown) =>
    ['name', 'untranslatedName'].some((by) => sameName(textOf(at(type, by)) ?? '', 'Epic'));
  return types.filter(isEpic).flatMap(typeOf);
}

function typeOf(type: unknown): IssueType[] {
  const id = textOf(at(type, 'id'));
  return id === undefined ? [] : [{ id, name: textOf(at(type, 'name')) ?? id }];
}

/** What a new issue of a type takes; undefined where this Jira does not tell. */
export async function createFields(probe: Probe, door: Door, type: IssueType): Promise<CreateField[] | undefined> {
  const path = `/issue/createmeta/${projectPath(probe)}/issuetypes/${encodeURIComponent(type.id)}`;
  return (await metadata(probe, door, path, 'fields'))?.flatMap(fieldOf);
}

function fieldOf(given: unknown): CreateField[] {
  const id = textOf(at(given, 'fieldId')) ?? textOf(at(given, 'key'));
  if (id === undefined) return [];
  const custom = textOf(at(given, 'schema', 'custom')) ?? '';
  const system = textOf(at(given, 'schema', 'system')) ?? '';
  const allowed = listOf(at(given, 'allowedValues')).flatMap(
    (value) => shownName(at(value, 'value')) ?? shownName(at(value, 'name')) ?? [],
  );
  return [
    {
      id,
      name: textOf(at(given, 'name')) ?? id,
      isRequired: at(given, 'required') === true && at(given, 'hasDefaultValue') !== true,
      custom,
      isRich: ['description', 'environment'].includes(system) || custom.endsWith(':textarea'),
      allowed,
    },
  ];
}

/** More than any project has. */
const mostPages = 50;

/** All pages of a list of it; undefined where the call is not there. */
async function metadata(probe: Probe, door: Door, path: string, list: string): Promise<unknown[] | undefined> {
  const found: unknown[] = [];
  for (let page = 0; page < mostPages; page += 1) {
    const query = `startAt=${found.length}&maxResults=200`;
    const answer = await askJira(probe, door, `${path}?${query}`, (each) => isMissing(probe, each) && !each.isPage);
    if (answer.status === 404) return undefined;
    const content = jsonObject(answer);
    const entries = [content[list], content['values']].flatMap(listOf);
    found.push(...entries);
    const { total } = content;
    if (entries.length === 0 || typeof total !== 'number' || found.length >= total) break;
  }
  return found;
}
