import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkout } from '../support/programs.ts';

interface Entry {
  integrity?: string;
  resolved?: string;
}

/** Without it npm installs whatever a registry serves under that name and version. */
test('the lock tells the digest of every package, and leaves the registry open', () => {
  const lock: { packages: Record<string, Entry> } = JSON.parse(
    readFileSync(join(checkout, 'package-lock.json'), 'utf8'),
  );
  const { '': _ours, ...others } = lock.packages;
  const entries = Object.entries(others);
  expect(entries.length).toBeGreaterThan(100);
  expect(entries.filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''))).toEqual([]);
  expect(entries.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});
