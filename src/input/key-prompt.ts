import { createPrompt, isEnterKey, makeTheme, useKeypress, usePrefix, useRef, useState } from '@inquirer/core';
import { plural } from '../core/text.ts';

interface Question {
  message: string;
  check: (answer: string) => Promise<string | undefined>;
}

/**
 * Asks for a path, or for a PEM block pasted whole. A PEM block ends with its last line, anything else with Enter.
 * Nothing of it is shown.
 */
export const keyPrompt = createPrompt<string, Question>(({ message, check }, done) => {
  const [status, setStatus] = useState<'idle' | 'done'>('idle');
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [count, setCount] = useState(0);
  // A pasted block arrives faster than the screen is drawn: what was typed is kept beside the drawn state.
  const typed = useRef({ line: '', lines: [] as string[] });
  const prefix = usePrefix({ status, theme: makeTheme() });

  useKeypress(async (key, readline) => {
    const { current } = typed;
    if (!isEnterKey(key)) {
      current.line = readline.line;
      return;
    }
    current.lines.push(current.line);
    current.line = '';
    const text = current.lines.join('\n').trim();
    setCount(current.lines.length);
    if (text.includes('-----BEGIN') && !text.includes('-----END')) return;
    current.lines = [];
    const reason = await check(text);
    if (reason === undefined) {
      setStatus('done');
      done(text);
      return;
    }
    setCount(0);
    setProblem(reason);
  });

  const received = status === 'done' ? '[hidden]' : count > 0 ? `[${plural(count, 'line')}]` : '';
  return [`${prefix} ${message} ${received}`, problem && status === 'idle' ? `> ${problem}` : ''];
});
