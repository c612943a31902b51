import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { beforeAll, expect, inject, it } from 'vitest';
import type { AnswerTable } from '../../../src/core/verification.ts';
import { emailAnswers } from '../../../src/providers/email/answers.ts';
import { outcomeOf } from '../../support/answer-examples.ts';
import { atEnd } from '../../support/at-end.ts';
import { sqlite } from '../../support/engines.ts';
import { emailExamples } from '../../support/providers/email-answers.ts';
import { longAgo, putInto, type Stored, storedById } from '../../support/stored.ts';
import { done, workspace } from '../../support/workspace.ts';

/*
 * Each line of the table through the binary: one integration a line, asked one after another, and a mail server that
 * replies to each connection with the next example.
 */

interface Item {
  id: string;
  displayName: string;
  outcome: string;
  checks: { outcome: string; detail: string }[];
  errorCode: string;
  hint: string;
}

const table: AnswerTable = emailAnswers;
const examples = Object.entries(emailExamples);
let items: readonly Item[];
let stored: Record<string, Stored>;

/** Replies with the example of the connection's number. */
async function mailServer({ key, cert }: { key: string; cert: string }): Promise<number> {
  let connections = 0;
  const numbers = new Map<string, number>();
  const reply = (id: string) => {
    const [, example] = examples[numbers.get(id) ?? 0] ?? [];
    const [, code, text] = /^(\d{3}) (.*)$/s.exec(example?.reply ?? '') ?? [];
    return { error: Object.assign(new Error(text), { responseCode: Number(code) }), example };
  };
  const smtp = new SMTPServer({
    secure: true,
    key,
    cert,
    onConnect({ id }, next) {
      numbers.set(id, connections);
      connections += 1;
      const { error, example } = reply(id);
      next(example?.atConnect ? error : undefined);
    },
    onAuth: (_auth, { id }, next) => next(reply(id).error),
  });
  smtp.on('error', () => undefined);
  atEnd(() => new Promise<void>((resolve) => smtp.close(() => resolve())));
  return new Promise((resolve) => {
    const listener = smtp.listen(0, '127.0.0.1', () => resolve((listener.address() as AddressInfo).port));
  });
}

beforeAll(async () => {
  const tls = inject('certificate');
  const port = await mailServer(tls);
  const box = await workspace(sqlite, {
    INTEGRATIONS_SMTP_URL: `smtps://releases@127.0.0.1:${port}`,
    INTEGRATIONS_SMTP_PASSWORD: 'correct-horse-battery-staple',
    NODE_EXTRA_CA_CERTS: tls.path,
  });
  const item = { type: 'email', emailRecipients: ['team@acme.test'], emailFromAddress: 'releases@acme.test' };
  const communication = examples.map(([name]) => ({ ...item, name }));
  const manifest = JSON.stringify({ tenant: 'Acme', communication });
  await done(box.runWith({ input: manifest }, 'apply', '-f', '-', '--yes'));
  await putInto(sqlite, box, longAgo);
  items = (await box.run('verify', '--json', '--concurrency', '1')).json() as Item[];
  stored = await storedById(sqlite, box);
});

it.each(examples)('%s', (name, { class: errorCode, reply }) => {
  const line = table[name];
  const item = items.find(({ displayName }) => displayName === name);
  const outcome = outcomeOf(errorCode);
  expect(item).toMatchObject({ outcome, errorCode, hint: line?.hint });
  expect(item?.checks.map((check) => check.detail)).toContain(`${line?.detail} (${reply.slice(0, 3)})`);
  const row = stored[item?.id ?? ''];
  if (outcome === 'undecided') expect(row).toEqual(longAgo);
  else expect(row?.verificationStatus).toBe('INVALID');
});
