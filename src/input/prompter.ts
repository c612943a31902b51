import { AppError } from '../core/error.ts';
import type { Streams } from '../output/streams.ts';

export interface Choice<T> {
  name: string;
  value: T;
  description?: string;
}

/** Returns why an answer does not fit, or undefined. */
export type Check = (answer: string) => string | undefined | Promise<string | undefined>;

/** Asks a person. Every question ends in an answer or in CANCELLED. */
export interface Prompter {
  text(question: { message: string; default?: string | undefined; check?: Check }): Promise<string>;
  /** Nothing of the answer is shown. */
  hidden(question: { message: string; check?: Check }): Promise<string>;
  /** A path, or a text of several lines pasted whole; nothing of it is shown. */
  hiddenLines(question: { message: string; check: Check }): Promise<string>;
  select<T>(question: { message: string; choices: readonly Choice<T>[]; default?: T }): Promise<T>;
  confirm(question: { message: string; default: boolean }): Promise<boolean>;
}

export function createPrompter(streams: Streams): Prompter {
  const context = { input: streams.stdin, output: streams.stderr as NodeJS.WriteStream };
  const answered = (check: Check | undefined) => async (answer: string) => (await check?.(answer)) ?? true;

  return {
    text: ({ message, default: preset, check }) =>
      ask(({ input }) =>
        input({ message, validate: answered(check), ...(preset === undefined ? {} : { default: preset }) }, context),
      ),

    hidden: ({ message, check }) =>
      ask(({ password }) => password({ message, mask: false, validate: answered(check) }, context)),

    hiddenLines: ({ message, check }) =>
      ask(async () => {
        const { keyPrompt } = await import('./key-prompt.ts');
        return keyPrompt({ message, check: async (answer) => check(answer) }, context);
      }),

    select: ({ message, choices, default: preset }) =>
      ask(({ select }) =>
        select({ message, choices: [...choices], ...(preset === undefined ? {} : { default: preset }) }, context),
      ),

    confirm: ({ message, default: preset }) => ask(({ confirm }) => confirm({ message, default: preset }, context)),
  };
}

type Prompts = typeof import('@inquirer/prompts');

async function ask<T>(question: (prompts: Prompts) => Promise<T>): Promise<T> {
  const prompts = await import('@inquirer/prompts');
  try {
    return await question(prompts);
  } catch (error) {
    // Ctrl-C, the end of input, and an aborted prompt.
    const left =
      error instanceof Error && ['ExitPromptError', 'AbortPromptError', 'CancelPromptError'].includes(error.name);
    throw left ? new AppError('CANCELLED', 'Cancelled.') : error;
  }
}
