import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import type { Client } from '../../src/core/client.ts';
import type { Change, Probe, Request } from '../../src/core/verification.ts';
import { providers } from '../../src/providers/index.ts';
import { checkout } from '../support/programs.ts';

const sources = readdirSync(join(checkout, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => posix.join('src', name.replaceAll('\\', '/')))
  .map(
    (file) => [file, readFileSync(join(checkout, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')] as const,
  );

const naming = (pattern: RegExp) => sources.filter(([, code]) => pattern.test(code)).map(([file]) => file);

test('what changes something is sent by the actions of providers alone, over the one way that sends once', () => {
  const senders = naming(/\b(client|acting)\.change\(/);
  expect(senders.length).toBeGreaterThan(0);
  for (const file of senders) expect(file).toMatch(/^src\/providers\/[a-z-]+\/actions\.ts$/);
  // Mail too.
  const mailing = naming(/\bclient\.submit\(|\.submit\(email\b/).filter((file) => !/^src\/verify\//.test(file));
  expect(mailing).toEqual(['src/providers/email/actions.ts']);
  expect(naming(/\bsubmitOnce\b/).sort()).toEqual(['src/verify/mail-submission.ts', 'src/verify/mail.ts']);
  expect(naming(/\bsendMail\(/)).toEqual(['src/verify/mail-submission.ts']);
  expect(naming(/\bsendOnce\b/).sort()).toEqual([
    'src/app/runs/client.ts',
    'src/verify/asking.ts',
    'src/verify/send.ts',
  ]);
  // Whoever may change something is made where a run is there already.
  expect(naming(/\bcreateActing\b/).sort()).toEqual(['src/app/runs/client.ts', 'src/verify/acting.ts']);
});

test('no other method of HTTP than a question is sent by a provider from outside its actions', () => {
  const asking = sources.filter(([file]) => file.startsWith('src/providers/') && !file.endsWith('/actions.ts'));
  expect(asking.length).toBeGreaterThan(50);
  for (const [file, code] of asking) {
    expect(code, file).not.toMatch(/\bmethod: '(PUT|PATCH|DELETE)'/);
    const posts = [...code.matchAll(/method: 'POST',[\s\S]{0,400}/g)].map(([text]) => text);
    expect(
      posts.filter((text) => !text.includes('repeatable: true')),
      file,
    ).toEqual([]);
  }
});

test('nothing sends again by itself: no agent that retries, and no repeat around a change', () => {
  expect(naming(/\bRetryAgent\b|interceptors\.retry|\bRetryHandler\b/)).toEqual([]);
  const [, submission = ''] = sources.find(([file]) => file === 'src/verify/mail-submission.ts') ?? [];
  // A pool would queue anew what a lost connection had taken.
  expect(submission).not.toMatch(/\bpool\b|\bfor \(|\bwhile \(/);
  // What nobody got is sent again for messages alone, and only where nothing of it arrived.
  expect(naming(/\bretryAfterS\b/).filter((file) => file.startsWith('src/app/'))).toEqual(['src/app/messages/send.ts']);
  const [, messages = ''] = sources.find(([file]) => file === 'src/app/messages/send.ts') ?? [];
  expect(messages).toContain("error.outcome === 'not sent' ? error.retryAfterS : undefined");
  const [, transport = ''] = sources.find(([file]) => file === 'src/verify/send.ts') ?? [];
  const sendOnce = /async sendOnce\([\s\S]*?\n {4}\},/.exec(transport)?.[0] ?? '';
  expect(sendOnce).toContain('exchange(');
  expect(sendOnce).not.toMatch(/\bfor\b|\bwhile\b|attempt\(|waitBefore|redirectWithin/);
});

test('the types keep a verification, and all that only asks, from changing anything', () => {
  const change: Change = { method: 'POST', url: 'https://ci.acme.test/' };
  const question: Request = { method: 'POST', url: 'https://ci.acme.test/', repeatable: true };
  // @ts-expect-error a change is no question
  const asked: Request = change;
  // @ts-expect-error a probe cannot change
  const act = (probe: Probe) => probe.change(change);
  // @ts-expect-error nor is a probe what an action works with
  const client = (probe: Probe): Client => probe;
  expect([question, asked, act, client]).toHaveLength(4);
});

test('each provider with actions is in a category that does something', () => {
  for (const { name, category, actions } of providers) {
    if (actions.build) expect(category.name, name).toBe('pipeline');
    if (actions.message) expect(category.name, name).toBe('communication');
    expect(actions.ticket !== undefined, name).toBe(category.name === 'ticket');
  }
});
