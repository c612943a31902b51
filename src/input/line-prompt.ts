import { setTimeout as sleep } from 'node:timers/promises';
import {
  createPrompt,
  isBackspaceKey,
  isEnterKey,
  isTabKey,
  type KeypressEvent,
  makeTheme,
  useKeypress,
  usePrefix,
  useRef,
  useState,
} from '@inquirer/core';
import { hasUnprintable, plural, quotable } from '../core/text.ts';
import { hanging } from '../output/width.ts';
import type { PromptTheme } from './prompt-theme.ts';

export interface LinePromptConfig {
  message: string;
  /** Stands beneath the question as long as it is open. */
  help: readonly string[];
  /** Stands behind the question until something is typed, such as `optional`. */
  hint: string | undefined;
  /** The answer that Enter alone gives. */
  preset: string | undefined;
  /** Whether the preset may be taken away. */
  mayEmpty: boolean;
  /** Stands for an empty answer once it was given. */
  empty: string;
  /** Whether what was typed so far may be seen. */
  mayShow: (typed: string) => boolean;
  /** Whether the answer may be pasted, and hold more than it should: none of that may reach the next question. */
  isSecret: boolean;
  /** Whether a text is all there; otherwise the next line belongs to it. */
  isWhole: (text: string) => boolean;
  /** What stands for an answer once it was given; undefined: the answer itself. */
  told?: ((answer: string) => string) | undefined;
  /** Why an answer does not fit. */
  check: (answer: string) => Promise<string | undefined>;
  width: () => number;
  theme: PromptTheme;
}

interface Readline {
  line: string;
  clearLine(direction: 0): void;
  write(text: string): void;
}

/** What was typed, beside the state that is drawn: a pasted text arrives faster than the screen is. */
interface Typed {
  line: string;
  /** The lines before it. */
  lines: string[];
  isHidden: boolean;
  afterReturn: boolean;
  keys: number;
}

/** What is pasted arrives in pieces, with shorter pauses than this between them. */
const pasteMs = 50;

/**
 * Asks for a line, or for a text of several lines pasted whole. A refused answer can be corrected where it was shown,
 * and is typed anew where it was not.
 */
export const linePrompt = createPrompt<string, LinePromptConfig>((question, done) => {
  const { preset, mayShow } = question;
  const theme = makeTheme(question.theme);
  const [status, setStatus] = useState<'idle' | 'loading' | 'done'>('idle');
  const [shown, setShown] = useState('');
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [offered, setOffered] = useState(preset);
  const typed = useRef<Typed>({ line: '', lines: [], isHidden: false, afterReturn: false, keys: 0 }).current;
  const prefix = usePrefix({ status, theme });

  useKeypress(async (key, readline) => {
    if (status !== 'idle') return;
    // CR with LF behind it is one line end.
    const secondHalf = key.name === 'enter' && typed.afterReturn;
    typed.afterReturn = key.name === 'return';
    if (secondHalf) return;
    typed.keys += 1;
    if (isEnterKey(key)) {
      const answer = endLine();
      // An empty line may be the first one of what is being pasted.
      if (answer !== undefined && !(answer === '' && (await isFollowed()))) await settle(answer, readline);
      return;
    }
    setProblem(undefined);
    edit(key, readline);
  });

  function edit(key: KeypressEvent, readline: Readline): void {
    if (offered !== undefined && typed.line === '') {
      if (isBackspaceKey(key) && question.mayEmpty) setOffered(undefined);
      if (isTabKey(key)) {
        readline.clearLine(0);
        readline.write(isEditable(offered) ? offered : '');
      }
    }
    typed.line = lineAfter(typed, key, readline.line);
    typed.isHidden = typed.line !== '' && (typed.lines.length > 0 || !mayShow(typed.line));
    // Readline would place the cursor by the length of what is not there to see.
    if (typed.isHidden) readline.clearLine(0);
    setShown(typed.isHidden ? hiddenText(typed) : typed.line);
  }

  function endLine(): string | undefined {
    const text = endedText(typed, question.isWhole);
    if (text === undefined) setShown(hiddenText(typed));
    return text === '' ? (offered ?? '') : text;
  }

  async function isFollowed(): Promise<boolean> {
    const { keys } = typed;
    if (question.isSecret) await sleep(pasteMs);
    return typed.keys !== keys;
  }

  async function settle(answer: string, readline: Readline): Promise<void> {
    const isShown = typed.lines.length === 1 && mayShow(answer);
    setStatus('loading');
    const reason = await question.check(answer);
    if (question.isSecret) await sleep(pasteMs);
    readline.clearLine(0);
    Object.assign(typed, { lines: [], isHidden: false });
    if (reason === undefined) {
      setShown(answer === '' ? theme.style.help(question.empty) : theme.style.answer(told(question, answer, isShown)));
      setStatus('done');
      done(answer);
      return;
    }
    typed.line = isShown && answer !== offered && isEditable(answer) ? answer : '';
    readline.write(typed.line);
    setShown(typed.line);
    setProblem(reason);
    setStatus('idle');
  }

  return drawn({ question, prefix, theme, status, shown, problem, offered });
});

function told(question: LinePromptConfig, answer: string, isShown: boolean): string {
  return isShown ? (question.told?.(answer) ?? visible(answer)) : '[hidden]';
}

/** The line with a key taken. Of one that is hidden readline was emptied, and has this key alone. */
function lineAfter({ line, isHidden }: Typed, key: KeypressEvent, current: string): string {
  if (!isHidden) return current;
  if (isBackspaceKey(key)) return line.slice(0, -1);
  return key.ctrl && (key.name === 'u' || key.name === 'w') ? '' : line + current;
}

/** Ends a line: the text, once it is whole. An empty line twice ends a text that never becomes whole. */
function endedText(typed: Typed, isWhole: (text: string) => boolean): string | undefined {
  typed.lines.push(typed.line);
  typed.line = '';
  const text = typed.lines.filter((line) => line.trim() !== '').join('\n');
  const givenUp = typed.lines.slice(-2).every((line) => line.trim() === '');
  return isWhole(text) || givenUp ? text : undefined;
}

function hiddenText({ lines }: Typed): string {
  return lines.length > 0 ? `[${plural(lines.length, 'line')}]` : '[hidden]';
}

interface Drawn {
  question: LinePromptConfig;
  prefix: string;
  theme: ReturnType<typeof makeTheme<PromptTheme>>;
  status: 'idle' | 'loading' | 'done';
  shown: string;
  problem: string | undefined;
  offered: string | undefined;
}

/** The line with what was typed, and what stands beneath it. */
function drawn({ question, prefix, theme, status, shown, problem, offered }: Drawn): [string, string] {
  const isOpen = status !== 'done';
  const behind = offered === undefined ? question.hint : visible(offered);
  const offer = isOpen && shown === '' && behind !== undefined ? theme.style.defaultAnswer(behind) : '';
  const line = [prefix, theme.style.message(question.message, status), offer].filter(Boolean).join(' ');
  return [`${line} ${shown}`, isOpen ? beneath().join('\n') : ''];

  function beneath(): string[] {
    const reason = problem === undefined ? [] : block(problem, '> ').map(theme.style.error);
    const keys = `Enter takes it, Tab edits it${question.mayEmpty ? ', Backspace empties it' : ''}`;
    const help = offered === undefined || shown !== '' ? question.help : [...question.help, keys];
    return [...reason, ...help.flatMap((text) => block(text, '  ')).map(theme.style.help)];
  }

  function block(text: string, lead: string): string[] {
    return hanging(lead, text, question.width());
  }
}

function visible(text: string): string {
  return quotable(text.trim(), 255);
}

/** Whether a text can stand in a line that is edited. */
function isEditable(text: string): boolean {
  return !hasUnprintable(text);
}
