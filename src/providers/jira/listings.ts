import type { Choice, Listing } from '../../core/listing.ts';
import type { Probe } from '../../core/verification.ts';
import { at, jsonObject, textOf, unforeseen } from '../json-answer.ts';
import { askJira, type Door, enterJira, issueTypes } from './api.ts';

/** What Jira lists: the projects in which the user may create issues, and the types of issue that one takes. */
export const jiraListings: Readonly<Record<string, Listing>> = {
  jiraProjectKey: { needs: ['jiraUrl', 'jiraApiToken'], uses: ['jiraEmail'], pages: projects },
  jiraDefaultIssueType: { needs: ['jiraUrl', 'jiraApiToken', 'jiraProjectKey'], pages: types },
};

async function* projects(probe: Probe): AsyncGenerator<Choice[]> {
  const { door } = await enterJira(probe);
  for await (const page of door.base.endsWith('/3') ? cloudProjects(probe, door) : serverProjects(probe, door)) {
    yield page.map((project) => {
      const key = textOf(at(project, 'key')) ?? '';
      const hint = at(project, 'archived') === true ? `${key}, archived` : key;
      return { value: key, label: textOf(at(project, 'name')), hint };
    });
  }
}

async function* cloudProjects(probe: Probe, door: Door): AsyncGenerator<readonly unknown[]> {
  for (let start = 0, more = true; more; ) {
    const query = `startAt=${start}&maxResults=50&action=create`;
    const { values, isLast } = jsonObject(await askJira(probe, door, `/project/search?${query}`));
    if (!Array.isArray(values)) throw unforeseen();
    yield values;
    start += values.length;
    more = isLast === false && values.length > 0;
  }
}

/** Data Center has no pages of them. */
async function* serverProjects(probe: Probe, door: Door): AsyncGenerator<readonly unknown[]> {
  const list = (await askJira(probe, door, '/project')).json();
  if (!Array.isArray(list)) throw unforeseen();
  yield list;
}

/** A project has so few of them that the first page is all. */
async function* types(probe: Probe): AsyncGenerator<Choice[]> {
  const { door } = await enterJira(probe);
  const found = await issueTypes(probe, door);
  yield found.types
    .filter((type) => at(type, 'subtask') !== true)
    .map((type) => ({ value: textOf(at(type, 'name')) ?? '' }));
}
