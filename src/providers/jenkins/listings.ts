import type { Choice, Listing } from '../../core/listing.ts';
import type { Probe } from '../../core/verification.ts';
import { at, jsonObject, listOf, textOf, unforeseen } from '../json-answer.ts';
import { jenkinsRequest } from './api.ts';

/** What Jenkins lists: the jobs that the user sees, those in folders and the branches of multibranch jobs too. */
export const jenkinsListings: Readonly<Record<string, Listing>> = {
  jenkinsJobPath: { needs: ['jenkinsUrl', 'jenkinsUsername', 'jenkinsApiToken'], pages: jobs },
};

const tree = encodeURIComponent('jobs[name,_class,jobs[name,_class]]');

/** Folder by folder, the outer ones first; each answer shows two levels. */
async function* jobs(probe: Probe): AsyncGenerator<Choice[]> {
  const folders: string[][] = [[]];
  for (let folder = folders.shift(); folder; folder = folders.shift()) {
    const path = folder.map((name) => `/job/${encodeURIComponent(name)}`).join('');
    const { jobs: found } = jsonObject(await probe.send(jenkinsRequest(probe, `${path}/api/json?tree=${tree}`)));
    if (!Array.isArray(found)) throw unforeseen();
    const leaves = leavesOf(found, folder);
    folders.push(...leaves.filter(({ isFolder }) => isFolder).map(({ names }) => names));
    yield leaves.filter(({ isFolder }) => !isFolder).map(({ names }) => choiceOf(names));
  }
}

interface Leaf {
  names: string[];
  /** What is in it stands in another answer. */
  isFolder: boolean;
}

function leavesOf(found: readonly unknown[], above: readonly string[]): Leaf[] {
  return found.flatMap((item) => {
    const name = textOf(at(item, 'name'));
    if (name === undefined) throw unforeseen();
    const names = [...above, name];
    const within = at(item, 'jobs');
    return Array.isArray(within)
      ? leavesOf(listOf(within), names)
      : [{ names, isFolder: isFolder(at(item, '_class')) }];
  });
}

/** Folders, organisation folders and multibranch jobs, by the names of their classes. */
function isFolder(kind: unknown): boolean {
  return typeof kind === 'string' && /(Folder|MultiBranchProject)$/.test(kind);
}

/** A branch's name has its `/` encoded in Jenkins. */
function choiceOf(names: readonly string[]): Choice {
  return {
    value: names.map((name) => `job/${encodeURIComponent(name)}`).join('/'),
    label: names.map((name) => name.replaceAll('%2F', '/')).join(' / '),
  };
}
