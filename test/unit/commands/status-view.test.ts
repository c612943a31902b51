import { expect, test } from 'vitest';
import type { Overview } from '../../../src/app/overview.ts';
import { statusView } from '../../../src/commands/status-view.ts';

const place = { database: 'db.acme.test:3306/platform', context: 'default' };

function overviewOf(count: number, states: Record<number, Record<string, unknown>> = {}): Overview {
  const scm = Array.from({ length: count }, (_, index) => ({
    ...{ id: `scm_${index}`, displayName: `code-${index}`, scmType: 'GITHUB', isActive: true },
    ...{ verificationStatus: 'VALID', verificationError: null, ...states[index] },
  }));
  const integrations = { scm, target: [], pipeline: [], communication: [], ticket: [] };
  return { tenant: { id: 'acme', name: 'Acme' }, integrations } as unknown as Overview;
}

const states = {
  3: { verificationStatus: 'INVALID', verificationError: 'no such repository' },
  5: { isActive: false },
  7: { verificationStatus: 'NOT_VERIFIED' },
};

test('few integrations are shown each, their status in its colour', () => {
  const { lines } = statusView(overviewOf(20, states), place);
  const scm = lines.slice(3, 23);
  expect(scm[0]).toEqual(['SCM', 'code-0 (GitHub) VALID', 'green', 'VALID']);
  expect(scm[3]).toEqual(['', 'code-3 (GitHub) INVALID: no such repository', 'red', 'INVALID']);
  expect(scm[7]).toEqual(['', 'code-7 (GitHub) NOT_VERIFIED', 'yellow', 'NOT_VERIFIED']);
  expect(scm.every(([, text]) => text.startsWith('code-'))).toBe(true);
});

test('of many the totals come first, and what is wrong beneath them', () => {
  const { lines } = statusView(overviewOf(21, states), place);
  expect(lines.map(([label, text]) => [label, text])).toEqual([
    ['Tenant', 'Acme'],
    ['Database', 'db.acme.test:3306/platform'],
    ['Context', 'default'],
    ['SCM', '19 VALID, 1 NOT_VERIFIED, 1 INVALID, 1 switched off'],
    ['', 'code-3 (GitHub) INVALID: no such repository'],
    ['', 'code-5 (GitHub) VALID, switched off'],
    ['Target', 'none'],
    ['Pipeline', 'none'],
    ['Communication', 'none'],
    ['Ticket', 'none'],
    ['Pipelines', 'none can run: there is no pipeline yet'],
    ['All of them', 'integrations status --all'],
    ['To verify', 'integrations verify'],
  ]);
});

test('what to type next names a tenant that was named', () => {
  const { lines } = statusView(overviewOf(21, states), place, { tenantFlag: ' --tenant Acme' });
  expect(lines.slice(-2)).toEqual([
    ['All of them', 'integrations status --all --tenant Acme'],
    ['To verify', 'integrations verify --tenant Acme'],
  ]);
  expect(statusView(overviewOf(3), place).lines.at(-1)).toEqual([
    ...['Pipelines', 'none can run: there is no pipeline yet', undefined, undefined],
  ]);
});

test('--all shows each of many, and scripts get all of them always', () => {
  expect(statusView(overviewOf(21), place, { all: true }).lines).toHaveLength(3 + 21 + 5);
  const { integrations } = statusView(overviewOf(21), place).data as { integrations: unknown[] };
  expect(integrations).toHaveLength(21);
});
