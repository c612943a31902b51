import { type Streams, write } from '../output/streams.ts';
import {
  type Choice,
  isWholeBlock,
  type LineQuestion,
  type Prompter,
  type SeveralQuestion,
  type TextQuestion,
} from './prompter.ts';
import { StepBack, type Trail } from './step-back.ts';
import { hiddenLine, typedLine } from './typed-lines.ts';

type Read = (streams: Streams) => Promise<string>;

/** So many of a list are shown at a time. */
const most = 20;

/**
 * Asks on a terminal that can only print and be typed at (TERM=dumb, as Emacs and some screen readers have): each question is
 * a line, a choice a number. Escape and Enter end a question with `StepBack`.
 */
export function createPlainPrompter(streams: Streams, trail: Trail): Prompter {
  const say = (text: string) => write(streams.stderr, `${text}\n`);

  const keys = () => (trail.answered > 0 ? ['Esc and Enter go one question back'] : []);

  async function read(prompt: string, by: Read = typedLine): Promise<string> {
    await write(streams.stderr, `${prompt} `);
    const typed = await by(streams);
    if (typed === '\x1b') throw new StepBack();
    return typed;
  }

  /** Asks until an answer fits. */
  async function line(question: TextQuestion, by: Read): Promise<string> {
    const { about = [], help = [], message, hint, default: preset, mayEmpty = false, check } = question;
    for (const text of about) await say(text);
    for (const text of [...help, ...keys()]) await say(`  ${text}`);
    if (preset !== undefined && mayEmpty) await say('  Enter takes what stands in brackets, a blank empties it.');
    const behind = preset ?? hint;
    for (;;) {
      const typed = await read(behind === undefined ? message : `${message} (${behind})`, by);
      const answer = typed === '' ? (preset ?? '') : typed.trim() === '' ? '' : typed;
      const reason = await check?.(answer);
      if (reason === undefined) return answer;
      await say(`> ${reason}`);
    }
  }

  async function hiddenLines(question: LineQuestion): Promise<string> {
    return line(question, async () => {
      let text = await hiddenLine(streams);
      // An empty line ends a text that never becomes whole.
      for (let next = text; next !== '' && !isWholeBlock(text); text += `\n${next}`) next = await hiddenLine(streams);
      return text;
    });
  }

  /** @param narrows whether a word that is typed leaves those that have it */
  async function choose<T>(
    message: string,
    choices: readonly Choice<T>[],
    always: readonly Choice<T>[],
    narrows: boolean,
  ) {
    let left = choices;
    for (;;) {
      const shown = [...left.slice(0, most), ...always];
      await say(message);
      for (const [index, choice] of shown.entries()) await say(`  ${mark(choice, index)} ${choice.name}`);
      for (const text of keys()) await say(`  ${text}`);
      if (left.length > most) await say(`  and ${left.length - most} more: type a part of the name to see fewer`);
      const typed = (await read('Number:')).trim();
      const chosen = /^\d+$/.test(typed) ? shown[Number(typed) - 1] : undefined;
      if (chosen && chosen.disabled === undefined) return chosen.value;
      const matching =
        narrows && typed !== '' ? choices.filter(({ name }) => folded(name).includes(folded(typed))) : [];
      if (matching.length > 0 && !chosen) left = matching;
      else await say(chosen ? `> ${chosen.disabled}` : `> Type a number from 1 to ${shown.length}`);
    }
  }

  return {
    text: (question) => line(question, typedLine),
    hidden: (question) => line(question, hiddenLine),
    hiddenLines,
    select: ({ message, choices, default: preset }) => choose(message, withFirst(choices, preset), [], false),
    search: ({ message, choices, always }) => choose(message, choices, always, true),
    several: (question) => chooseSeveral((message) => read(message), say, question),
    async confirm({ message, default: preset, about = [] }) {
      for (const text of [...about, ...keys()]) await say(text);
      for (;;) {
        const typed = (await read(`${message} (${preset ? 'Y/n' : 'y/N'})`)).trim().toLowerCase();
        if (typed === '') return preset;
        if (/^(y|yes|n|no)$/.test(typed)) return typed.startsWith('y');
        await say('> Answer with y or n');
      }
    },
  };
}

/** Numbers with commas between; nothing keeps what is chosen, which a star marks. */
async function chooseSeveral<T>(
  read: (prompt: string) => Promise<string>,
  say: (text: string) => Promise<void>,
  { message, choices, chosen }: SeveralQuestion<T>,
): Promise<T[]> {
  await say(message);
  for (const [index, choice] of choices.entries()) {
    await say(`  ${mark(choice, index)} ${choice.name}${chosen.includes(choice.value) ? ' *' : ''}`);
  }
  for (;;) {
    const typed = (await read('Numbers, with commas between:')).trim();
    if (typed === '') return [...chosen];
    const picked = typed
      .split(/[\s,]+/)
      .map((number) => (/^\d+$/.test(number) ? choices[Number(number) - 1] : undefined));
    if (picked.every((choice) => choice !== undefined)) return [...new Set(picked.map(({ value }) => value))];
    await say(`> Type numbers from 1 to ${choices.length}`);
  }
}

function mark({ disabled }: Choice<unknown>, index: number): string {
  return disabled === undefined ? `${index + 1})` : `-) (${disabled})`;
}

/** What Enter would take elsewhere stands first. */
function withFirst<T>(choices: readonly Choice<T>[], preset: T | undefined): readonly Choice<T>[] {
  const first = choices.filter(({ value }) => value === preset && preset !== undefined);
  return [...first, ...choices.filter((choice) => !first.includes(choice))];
}

function folded(text: string): string {
  return text.trim().normalize('NFKC').toLowerCase();
}
