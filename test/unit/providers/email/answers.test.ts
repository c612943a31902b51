import { expect, it } from 'vitest';
import { lineFor } from '../../../../src/core/answers.ts';
import type { Answer, AnswerTable } from '../../../../src/core/verification.ts';
import { emailAnswers } from '../../../../src/providers/email/answers.ts';
import { emailExamples } from '../../../support/providers/email-answers.ts';

const table: AnswerTable = emailAnswers;
const lines = Object.entries(table);

it('has at least twenty lines, each with an example and words of its own', () => {
  expect(lines.length).toBeGreaterThanOrEqual(20);
  expect(Object.keys(emailExamples).sort()).toEqual(Object.keys(table).sort());
  expect(new Set(lines.map(([, { detail }]) => detail)).size).toBe(lines.length);
});

it.each(lines)('%s: says where it is from, and its example comes to it', (name, line) => {
  expect(line.source).toMatch(/^(https:\/\/[^\s]+|[\w.-]+\/[\w.-]+#\d+)$/);
  const example = emailExamples[name as keyof typeof emailAnswers];
  expect(line.class).toBe(example.class);
  const reply: Answer = {
    status: Number(example.reply.slice(0, 3)),
    text: example.reply,
    bytes: Buffer.from(example.reply),
    header: () => undefined,
    json: () => undefined,
    isPage: false,
    clockAhead: 0,
  };
  expect(lineFor(table, reply, { credentialProven: false })).toBe(name);
  if (/try again/i.test(String(line.hint))) expect(['RATE_LIMITED', 'UNREACHABLE']).toContain(line.class);
});
