import { describe, expect, it } from 'vitest';
import { githubActions } from '../../../../src/providers/github-actions/index.ts';
import { list, valuesOf } from '../../../support/list.ts';
import { env, githubServer, json, known, pages } from '../github/listing-server.ts';

it('lists branches', async () => {
  const server = await githubServer(
    '/repos/acme/mobile/branches',
    pages((number) => (number === 1 ? [{ name: 'main' }, { name: 'not..a.ref' }] : [{ name: 'release/1.x' }]), 2),
  );
  expect(valuesOf(await list(githubActions, 'githubWorkflowRef', known, env(server)))).toEqual(['main', 'release/1.x']);
});

describe('workflows', () => {
  it('are those that may run and have a file', async () => {
    const workflow = { path: '.github/workflows/release.yml', name: 'Release', state: 'active' };
    const server = await githubServer(
      '/repos/acme/mobile/actions/workflows',
      json({
        total_count: 3,
        workflows: [
          { ...workflow, path: '.github/workflows/old.yml', state: 'disabled_manually' },
          workflow,
          { ...workflow, path: 'dynamic/pages/pages-build-deployment' },
        ],
      }),
    );
    const listed = await list(githubActions, 'githubWorkflowPath', known, env(server));
    expect(listed).toEqual({ complete: true, choices: [{ value: workflow.path, label: 'Release', also: {} }] });
  });
});
