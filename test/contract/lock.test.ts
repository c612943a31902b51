import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkout } from '../support/programs.ts';

interface Entry {
  integrity?: string;
  resolved?: string;
  dev?: boolean;
}

const lock: { packages: Record<string, Entry> } = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8'));
const { '': _ours, ...others } = lock.packages;
const entries = Object.entries(others);

/** Without it npm installs whatever a registry serves under that name and version. */
test('the lock tells the digest of every package, and leaves the registry open', () => {
  expect(entries.length).toBeGreaterThan(100);
  expect(entries.filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''))).toEqual([]);
  expect(entries.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

test('an installation holds what is native and what that is installed with', () => {
  const installed = entries.filter(([, { dev }]) => !dev).map(([path]) => path.replace('node_modules/', ''));
  const loaded = ['better-sqlite3', 'bindings', 'file-uri-to-path', 'keytar'];
  // Fetches a binary that was built elsewhere, or tells how to build one.
  const prebuildInstall = [
    'base64-js bl buffer chownr decompress-response deep-extend detect-libc end-of-stream expand-template',
    'fs-constants github-from-package ieee754 inherits ini mimic-response minimist mkdirp-classic napi-build-utils',
    'node-abi node-addon-api once prebuild-install pump rc readable-stream safe-buffer semver simple-concat simple-get',
    'string_decoder strip-json-comments tar-fs tar-stream tunnel-agent util-deprecate wrappy',
  ];
  expect(installed.sort()).toEqual([...loaded, ...prebuildInstall.join(' ').split(' ')].sort());
});
