import { AppError } from '../core/error.ts';
import { mayBeCredential } from '../core/text.ts';
import { type Streams, write } from '../output/streams.ts';
import type { LinePromptConfig } from './line-prompt.ts';
import type { PromptTheme } from './prompt-theme.ts';
import { StepBack, type Trail } from './step-back.ts';

export interface Choice<T> {
  name: string;
  value: T;
  description?: string | undefined;
  /** What stands for it once it was chosen. */
  short?: string | undefined;
  /** Why it cannot be chosen now; it is shown all the same. */
  disabled?: string | undefined;
}

/** Returns why an answer does not fit, or undefined. */
export type Check = (answer: string) => string | undefined | Promise<string | undefined>;

export interface LineQuestion {
  /** Lines that are shown first. */
  about?: readonly string[];
  message: string;
  /** What helps to answer; stands beneath the question as long as it is open. */
  help?: readonly string[];
  /** Stands behind the question until something is typed, such as `optional`. */
  hint?: string | undefined;
  /** Stands for an empty answer once it was given. */
  empty?: string;
  check?: Check;
}

export interface TextQuestion extends LineQuestion {
  /** What Enter alone answers. */
  default?: string | undefined;
  /** Whether the default may be taken away. */
  mayEmpty?: boolean;
}

export interface SeveralQuestion<T> {
  message: string;
  choices: readonly Choice<T>[];
  chosen: readonly T[];
}

interface Confirmation {
  message: string;
  default: boolean;
  about?: readonly string[];
}

/** Asks a person. Every question ends in an answer or in CANCELLED. */
export interface Prompter {
  text(question: TextQuestion): Promise<string>;
  /** Nothing of the answer is shown. */
  hidden(question: LineQuestion): Promise<string>;
  /** A path, or a text of several lines pasted whole, of which nothing is shown. */
  hiddenLines(question: LineQuestion): Promise<string>;
  select<T>(question: { message: string; choices: readonly Choice<T>[]; default?: T }): Promise<T>;
  /** A list that may be long: what is typed narrows `choices`; `always` stand beneath them. */
  search<T>(question: { message: string; choices: readonly Choice<T>[]; always: readonly Choice<T>[] }): Promise<T>;
  /** Any number of a list. */
  several<T>(question: SeveralQuestion<T>): Promise<T[]>;
  confirm(question: Confirmation): Promise<boolean>;
}

type Shape = Pick<LinePromptConfig, 'mayShow' | 'isSecret' | 'isWhole' | 'told'>;

const shownLine: Shape = { mayShow: () => true, isSecret: false, isWhole: () => true };
const hiddenLine: Shape = { mayShow: () => false, isSecret: true, isWhole: () => true };
const pastedBlock: Shape = { mayShow: isPath, isSecret: true, isWhole: isWholeBlock };

interface PrompterOptions {
  color: boolean;
  trail: Trail;
}

/** Escape ends each question with `StepBack`. */
export function createPrompter(streams: Streams, options: PrompterOptions): Prompter {
  async function show(about: readonly string[] = []): Promise<void> {
    for (const text of about) await write(streams.stderr, `${text}\n`);
  }

  async function line(question: TextQuestion, shape: Shape): Promise<string> {
    await show(question.about);
    const { message, help = [], hint, empty = 'none', default: preset, mayEmpty = false, check } = question;
    const { linePrompt } = await import('./line-prompt.ts');
    return ask(streams, options, ({ theme, context }) =>
      linePrompt(
        {
          message,
          help: options.trail.answered > 0 ? [...help, 'Esc goes one question back'] : help,
          hint,
          empty,
          preset,
          mayEmpty,
          ...shape,
          check: async (answer) => check?.(answer),
          width: () => streams.stderr.columns ?? 80,
          theme,
        },
        context,
      ),
    );
  }

  return {
    text: (question) => line(question, shownLine),
    hidden: (question) => line(question, hiddenLine),
    hiddenLines: (question) => line(question, pastedBlock),

    async select({ message, choices, default: given }) {
      const { select } = await import('@inquirer/prompts');
      // Inquirer would begin at one that cannot be chosen.
      const preset = given ?? choices.find(({ disabled }) => disabled === undefined)?.value;
      return ask(streams, options, ({ theme, context }) =>
        select(
          {
            message,
            choices: choices.map(listed),
            loop: false,
            theme,
            pageSize: pageSizeOn(streams),
            ...(preset === undefined ? {} : { default: preset }),
          },
          context,
        ),
      );
    },

    async search({ message, choices, always }) {
      const { search } = await import('@inquirer/prompts');
      const source = (term = '') => {
        const wanted = folded(term);
        return [...choices.filter(({ name }) => folded(name).includes(wanted)), ...always].map(listed);
      };
      return ask(streams, options, ({ theme, context }) =>
        search({ message, source, theme, pageSize: pageSizeOn(streams) }, context),
      );
    },

    several: (question) => askForSeveral(streams, options, question),
    confirm: (question) => confirmBy(line, question),
  };
}

async function askForSeveral<T>(
  streams: Streams,
  options: PrompterOptions,
  { message, choices, chosen }: SeveralQuestion<T>,
): Promise<T[]> {
  const { checkbox } = await import('@inquirer/prompts');
  return ask(streams, options, ({ theme, context }) =>
    checkbox(
      {
        message,
        choices: choices.map((choice) => ({ ...listed(choice), checked: chosen.includes(choice.value) })),
        loop: false,
        theme,
        pageSize: pageSizeOn(streams),
      },
      context,
    ),
  );
}

/** A line that takes `y` and `n`. */
async function confirmBy(
  line: (question: TextQuestion, shape: Shape) => Promise<string>,
  { message, default: preset, about }: Confirmation,
): Promise<boolean> {
  const yes = /^\s*y(es)?\s*$/i;
  const answer = await line(
    {
      message,
      hint: preset ? 'Y/n' : 'y/N',
      empty: preset ? 'Yes' : 'No',
      ...(about ? { about } : {}),
      check: (typed) => (/^\s*(y(es)?|no?)?\s*$/i.test(typed) ? undefined : 'Answer with y or n'),
    },
    { ...shownLine, told: (typed) => (yes.test(typed) ? 'Yes' : 'No') },
  );
  return answer.trim() === '' ? preset : yes.test(answer);
}

/** Inquirer takes no member that is undefined. */
function listed<T>({ name, value, short, description, disabled }: Choice<T>) {
  return {
    name,
    value,
    ...(short === undefined ? {} : { short }),
    ...(description === undefined ? {} : { description }),
    ...(disabled === undefined ? {} : { disabled: `(${disabled})` }),
  };
}

/** Lines of a list at a time: the question, its keys and what led to it stay on the screen. */
function pageSizeOn({ stderr }: Streams): number {
  return Math.max(4, Math.min(12, (stderr.rows ?? 24) - 10));
}

/** For comparing what is typed with what is there. */
function folded(text: string): string {
  return text.trim().normalize('NFKC').toLowerCase();
}

interface Asking {
  theme: PromptTheme;
  context: {
    input: NodeJS.ReadableStream;
    output: NodeJS.WritableStream;
    signal: AbortSignal;
    clearPromptOnDone: boolean;
  };
}

async function ask<T>(
  streams: Streams,
  { color, trail }: PrompterOptions,
  question: (asking: Asking) => Promise<T>,
): Promise<T> {
  const { promptTheme } = await import('./prompt-theme.ts');
  const { stdin, stderr } = streams;
  const ended = new AbortController();
  // Readline closes at the end of input, and Inquirer waits on: what left raw mode without an answer is over.
  const whenClosed = () => setImmediate(() => stdin.isRaw || ended.abort());
  let isStepBack = false;
  const onKeypress = (_: unknown, key: { ctrl?: boolean; name?: string }) => {
    if (key.ctrl && key.name === 'd') whenClosed();
    if (key.name !== 'escape') return;
    isStepBack = true;
    ended.abort();
  };
  // Readline pauses the input when a stopped program goes on, and leaves the rest to the program.
  const onContinue = () => setImmediate(() => stdin.resume());
  stdin.on('pause', whenClosed).on('keypress', onKeypress);
  process.on('SIGCONT', onContinue);
  try {
    return await question({
      theme: promptTheme(color, trail.answered > 0),
      context: {
        input: stdin,
        output: stderr,
        signal: ended.signal,
        // Read when it is over: a question that was left for the one before it stands on the screen no more.
        get clearPromptOnDone() {
          return isStepBack;
        },
      },
    });
  } catch (error) {
    // Ctrl-C, the end of input, and an aborted prompt.
    const left =
      error instanceof Error && ['ExitPromptError', 'AbortPromptError', 'CancelPromptError'].includes(error.name);
    if (!left) throw error;
    throw isStepBack ? new StepBack() : new AppError('CANCELLED', 'Cancelled.');
  } finally {
    stdin.off('pause', whenClosed).off('keypress', onKeypress);
    process.off('SIGCONT', onContinue);
    stdin.pause();
  }
}

/** Whether a text reads as the path of a file or its beginning, and like no credential. */
function isPath(text: string): boolean {
  return /^(["']?[~./]|["']$)/.test(text) && !mayBeCredential(text);
}

/** Whether a PEM block, its base64, or a JSON file is there to its end; any other text is one line. */
export function isWholeBlock(text: string): boolean {
  if (text.startsWith('{')) return text.trimEnd().endsWith('}');
  const pem = text.startsWith('LS0tLS1CRUdJTi') ? Buffer.from(text, 'base64').toString() : text;
  return !pem.includes('-----BEGIN') || /-----END [^-]+-----/.test(pem);
}
