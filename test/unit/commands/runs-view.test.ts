import { expect, test } from 'vitest';
import { presentRun } from '../../../src/app/runs/present.ts';
import { oneRun, runColumns, stateText } from '../../../src/commands/runs/view.ts';
import type { Run } from '../../../src/db/stores/run-row.ts';
import { renderTable } from '../../../src/output/table.ts';

const run: Run = {
  ...{
    id: `run_${'0'.repeat(32)}`,
    tenantId: 'acme',
    kind: 'build',
    category: 'pipeline',
    integrationId: 'pipeline_1',
  },
  ...{ displayName: 'release-ios', key: null, part: '', requestDigest: '', marker: null, place: {} },
  about: { ref: 'main', parameters: ['LANE', 'TRACK'] },
  ...{
    state: 'succeeded',
    providerState: 'success',
    providerRunId: '45',
    url: 'https://ci.acme.test/45',
    detail: null,
  },
  ...{ createdAt: '2026-01-01T00:00:00Z', deadlineAt: null, changedAt: '2026-01-01T00:00:00Z', endedAt: null },
};

test.each([
  ['succeeded', 'success', 'succeeded'],
  ['failed', 'failure', 'failed'],
  ['cancelled', 'ABORTED', 'cancelled'],
  ['running', 'in_progress', 'running'],
  ['timed_out', 'timed_out', 'timed out'],
  ['failed', 'startup_failure', 'failed (startup_failure)'],
  ['succeeded', 'failure', 'succeeded (failure)'],
  ['queued', null, 'queued'],
])('%s, which the provider calls %s, is told as "%s"', (state, providerState, told) => {
  expect(stateText({ state, providerState })).toBe(told);
});

test('on a narrow screen the age goes before a name and a state are cut; the id stays whole', async () => {
  const columns = runColumns(() => '3 min ago');
  const cells = columns.map(({ text }) => ({ text: text(presentRun(run)) }));
  let table = '';
  for await (const part of renderTable(columns, [[cells]], { width: 60, color: false })) table += part;
  expect(table.split('\n').slice(0, 3)).toEqual([
    'NAME         STATE      RUN',
    `release-ios  succeeded  ${run.id}`,
    '    https://ci.acme.test/45',
  ]);
});

test('the names of parameters are a list for people', () => {
  expect(oneRun(run, (time) => time).lines).toContainEqual(['Parameters', 'LANE, TRACK']);
});
