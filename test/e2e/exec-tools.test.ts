import { createPublicKey } from 'node:crypto';
import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { sqlite } from '../support/engines.ts';
import { installed } from '../support/installed.ts';
import { scratchFolder } from '../support/package.ts';
import { checkout } from '../support/programs.ts';
import { sampleOf } from '../support/samples.ts';
import { addSample, done, workspace } from '../support/workspace.ts';

/* What exec gives is read by the parsers of real tools, not only by programs of ours. */

test("Google's own client reads a service account from each place that exec puts it, and signs with it", async () => {
  const folder = scratchFolder('tools');
  symlinkSync(await installed('exec-tools'), join(folder, 'node_modules'));
  cpSync(join(checkout, 'test', 'support', 'exec-tools'), folder, { recursive: true });
  const box = await workspace(sqlite);
  await addSample(box, 'github', 'code');
  await addSample(box, 'play-store', 'app');
  await addSample(box, 'github-actions', 'android');

  const tokens = join(folder, 'tokens.json');
  const mapping = ['--map', 'GOOGLE_APPLICATION_CREDENTIALS=SUPPLY_JSON_KEY'];
  await done(box.run('exec', 'android', ...mapping, '--', process.execPath, join(folder, 'google.js'), tokens));

  const key = sampleOf('play-store').credentials.find(({ column }) => column === 'googlePrivateKey')?.value ?? '';
  const email = 'release@acme.iam.gserviceaccount.com';
  const signed: string[] = JSON.parse(readFileSync(tokens, 'utf8'));
  expect(signed).toHaveLength(3);
  for (const bearer of signed) {
    const { payload } = await jwtVerify(bearer.replace('Bearer ', ''), createPublicKey(key));
    expect(payload).toMatchObject({ iss: email, sub: email, aud: 'https://androidpublisher.googleapis.com/' });
  }
});
