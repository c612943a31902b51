import type { Choice, Listing } from '../../core/listing.ts';
import type { Probe } from '../../core/verification.ts';
import { at, jsonObject, textOf, unforeseen } from '../json-answer.ts';
import { azureRequest } from './api.ts';

/** What Azure DevOps lists: the projects of the organization. A token does not tell its organizations. */
export const azureDevopsListings: Readonly<Record<string, Listing>> = {
  azureProject: { needs: ['azureOrganization', 'azurePatToken'], pages: projects },
};

async function* projects(probe: Probe): AsyncGenerator<Choice[]> {
  const path = '_apis/projects?$top=100&stateFilter=wellFormed';
  for (let next: string | undefined = ''; next !== undefined; ) {
    const token = next === '' ? '' : `&continuationToken=${encodeURIComponent(next)}`;
    const answer = await probe.send(azureRequest(probe, path + token));
    const { value } = jsonObject(answer);
    if (!Array.isArray(value)) throw unforeseen();
    yield value.map((project) => ({ value: textOf(at(project, 'name')) ?? '' }));
    next = textOf(answer.header('x-ms-continuationtoken'));
  }
}
