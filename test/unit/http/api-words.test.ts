import { describe, expect, test } from 'vitest';
import { hintInApi, inApi } from '../../../src/http/api-words.ts';

/* What is said at a command line, and what a client of the API is told in its place. */

describe('a hint', () => {
  test.each([
    // Of runs.
    [
      'integrations pipeline runs ios looks for it once more. Check whether it started; --force starts another one anyway.',
      'GET …/integrations/pipelines/{id}/runs/{runId} looks for it once more. Check whether it started; "force": true starts another one anyway.',
    ],
    [
      'integrations pipeline watch run_0192; run this again to start another one.',
      'GET …/integrations/pipelines/{id}/runs/run_0192; send this again to start another one.',
    ],
    [
      'integrations pipeline runs "the release" looks for it once more.',
      'GET …/integrations/pipelines/{id}/runs/{runId} looks for it once more.',
    ],
    ['integrations runs', 'GET …/integrations/runs'],
    ['integrations runs tells what was known of it.', 'GET …/integrations/runs tells what was known of it.'],
    ['integrations runs --category pipeline', 'GET …/integrations/runs?category=pipeline'],
    [
      'Its parameters: LANE and TRACK. Give them with --env NAME=VALUE.',
      'Its parameters: LANE and TRACK. Give them with "environmentVariables".',
    ],
    ['Name the branch with --ref.', 'Name the branch with "ref".'],
    // Of tickets.
    [
      'It would have the mark integrations-0a1b. Is --key right?',
      'It would have the mark integrations-0a1b. Is "key" right?',
    ],
    ['Give --to with one of Done or Released.', 'Give "to" with one of Done or Released.'],
    [
      'Give it with --var branch=VALUE. These have one: date, tenant and version.',
      'Give it in "variables". These have one: date, tenant and version.',
    ],
    [
      'Correct it in the epic template: "update" --epic-template file:epic.json.',
      'Correct it in the epic template: PATCH "epicTemplate".',
    ],
    // Of integrations.
    ['integrations pipeline enable "iOS release"', 'PATCH …/integrations/pipelines/{id} with {"isActive": true}'],
    ['integrations scm enable code', 'PATCH …/integrations/scm/{id} with {"isActive": true}'],
    ['integrations target list', 'GET …/integrations/targets'],
    ['integrations target list --type app-store', 'GET …/integrations/targets'],
    ['integrations ticket show epics', 'GET …/integrations/tickets/epics'],
    ['"integrations communication verify comm_0192"', 'POST …/integrations/communication/comm_0192/verify'],
    ['Store a new one: integrations scm rotate code', 'Store a new one: POST …/integrations/scm/{id}/rotate'],
    [
      `Make a new token, and store it with "integrations scm rotate 'our code'".`,
      'Make a new token, and store it with POST …/integrations/scm/{id}/rotate.',
    ],
    [
      'Complete it with "integrations ticket update board", or store the credential with "integrations ticket rotate board".',
      'Complete it with PATCH …/integrations/tickets/{id}, or store the credential with POST …/integrations/tickets/{id}/rotate.',
    ],
    ['Ask its owner. The command: integrations scm update code --organization NEW', 'Ask its owner.'],
    ['add --cascade to remove them too', 'send ?cascade=true to remove them too'],
    ['integrations tenant list', 'GET /api/v1/tenants'],
    ['integrations help manifest', 'the schema Manifest in /openapi.json'],
    ['Add --access-token env:NAME', 'Send it too.'],
    // What says nothing of commands stays.
    ['Check the address.', 'Check the address.'],
    ['Give another key, or ask for the same as before.', 'Give another key, or ask for the same as before.'],
  ])('%s', (hint, told) => {
    expect(hintInApi(hint)).toBe(told);
  });

  test.each([
    'integrations db migrate',
    'Try again, or use a longer --timeout.',
    'Look at it: integrations doctor',
    '"integrations key import" brings it back.',
    'Correct --job-path, or "ref".',
  ])('%s: no request does that, so nothing is told', (hint) => {
    expect(hintInApi(hint)).toBeUndefined();
  });
});

test('a message has to stand, whatever it says', () => {
  expect(inApi('what --ref names is a folder')).toBe('what "ref" names is a folder');
  expect(inApi('integrations db migrate brings it up to date')).toBe('integrations db migrate brings it up to date');
});
