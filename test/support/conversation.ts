import { setTimeout as sleep } from 'node:timers/promises';
import type { Terminal } from './terminal.ts';

/** What a person does at a question: types an answer, or uses keys. */
export type Reply = string | ((terminal: Terminal) => void | Promise<void>);

/** Somebody at a terminal who reads one question after the other. */
export interface Person {
  /** Waits for the next question, and returns it as it stands: `Name: (mobile)`. Undefined where the program ended. */
  nextQuestion(): Promise<string | undefined>;
  reply(reply: Reply): Promise<void>;
  /** Presses Escape, and waits until the question is gone; the one before it is the next question then. */
  back(): Promise<void>;
  /** Answers questions until one begins with `last`, which stays open; undefined: until the program ends. */
  answer(replyTo: (question: string) => Reply, last?: string): Promise<void>;
}

const patienceMs = 20_000;

export function personAt(terminal: Terminal): Person {
  let seen = -1;
  let isOver = false;
  void terminal.exit.then(() => {
    isOver = true;
  });

  const person: Person = {
    async nextQuestion() {
      for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(20)) {
        const lines = terminal.screen().split('\n');
        const at = lines.findLastIndex((line) => line.startsWith('? '));
        const isOpen = at > seen && at > lines.findLastIndex((line) => line.startsWith('✔ '));
        if (isOpen) {
          seen = at;
          return lines[at]?.slice(2).trimEnd();
        }
        if (isOver) return undefined;
      }
      throw new Error(`No question came. Screen:\n${terminal.screen()}`);
    },

    async reply(reply) {
      if (typeof reply === 'string') terminal.answer(reply);
      else await reply(terminal);
    },

    async back() {
      // With its place: one that is asked again has something above it.
      const open = () => {
        const lines = terminal.screen().split('\n');
        const at = lines.findLastIndex((line) => line.startsWith('? '));
        return `${at} ${lines[at]?.trimEnd()}`;
      };
      const question = open();
      terminal.key('escape');
      for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(20)) {
        if (open() === question) continue;
        seen = -1;
        return;
      }
      throw new Error(`Escape led nowhere. Screen:\n${terminal.screen()}`);
    },

    async answer(replyTo, last) {
      for (;;) {
        const question = await person.nextQuestion();
        if (question === undefined && last === undefined) return;
        if (question === undefined) throw new Error(`It ended before "${last}". Screen:\n${terminal.screen()}`);
        if (last !== undefined && question.startsWith(last)) return;
        await person.reply(replyTo(question));
      }
    },
  };
  return person;
}

/** Moves through the open list to the entry that begins with the text, and takes it. */
export function choose(text: string): (terminal: Terminal) => Promise<void> {
  return async (terminal) => {
    const entry = () =>
      terminal
        .screen()
        .split('\n')
        .findLast((line) => line.startsWith('❯ '));
    const passed = new Set<string>();
    let moved = Date.now();
    let away: 'down' | 'up' = 'down';
    for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(30)) {
      const current = entry();
      if (current === undefined) continue;
      if (current.slice(2).startsWith(text)) return terminal.key('enter');
      // At its end a list stays where it is.
      if (passed.has(current) && Date.now() > moved + 200) away = 'up';
      else if (passed.has(current)) continue;
      passed.add(current);
      moved = Date.now();
      terminal.key(away);
    }
    throw new Error(`No entry begins with "${text}". Screen:\n${terminal.screen()}`);
  };
}
