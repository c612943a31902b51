import type { Choice, Listing } from '../../core/listing.ts';
import type { Probe } from '../../core/verification.ts';
import { at, textOf, unforeseen } from '../json-answer.ts';
import { askLinear, type Question, uuid } from './api.ts';

/** What Linear lists: the teams that the key sees, and the projects of one. */
export const linearListings: Readonly<Record<string, Listing>> = {
  linearTeamId: { needs: ['linearApiKey'], pages: teams },
  linearDefaultProjectId: { needs: ['linearApiKey', 'linearTeamId'], pages: projects },
};

const pageInfo = 'pageInfo { hasNextPage endCursor }';

async function* teams(probe: Probe): AsyncGenerator<Choice[]> {
  const query = `query Teams($after: String) { teams(first: 100, after: $after) { nodes { id key name } ${pageInfo} } }`;
  for await (const page of connection(probe, 'teams', { query, variables: {} })) {
    yield page.map((team) => ({ ...named(team), hint: textOf(at(team, 'key')) }));
  }
}

async function* projects(probe: Probe): AsyncGenerator<Choice[]> {
  const team = probe.text('linearTeamId') ?? '';
  const [type, comparison] = uuid.test(team) ? ['ID', 'id: { eq: $team }'] : ['String', 'key: { eqIgnoreCase: $team }'];
  const filter = `{ accessibleTeams: { some: { ${comparison} } } }`;
  const query = `query Projects($team: ${type}!, $after: String) { projects(first: 100, after: $after, filter: ${filter}) { nodes { id name } ${pageInfo} } }`;
  for await (const page of connection(probe, 'projects', { query, variables: { team } })) yield page.map(named);
}

function named(node: unknown): Choice {
  return { value: textOf(at(node, 'id')) ?? '', label: textOf(at(node, 'name')) };
}

async function* connection(probe: Probe, name: string, first: Question): AsyncGenerator<readonly unknown[]> {
  let asked: Question | undefined = first;
  while (asked) {
    const found = at(await askLinear(probe, asked), name);
    const nodes = at(found, 'nodes');
    if (!Array.isArray(nodes)) throw unforeseen();
    yield nodes;
    const after = textOf(at(found, 'pageInfo', 'endCursor'));
    const more = at(found, 'pageInfo', 'hasNextPage') === true && after !== undefined;
    asked = more ? { ...first, variables: { ...first.variables, after } } : undefined;
  }
}
