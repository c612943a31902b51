import { AppError } from '../core/error.ts';
import type { Streams } from '../output/streams.ts';

/** The next line that a person types, without its end. @throws AppError CANCELLED at the end of input */
export function typedLine({ stdin }: Streams): Promise<string> {
  return nextLine(stdin, ['\n']);
}

const [ctrlC, ctrlD, ctrlU] = ['\u0003', '\u0004', '\u0015'];

/** The same of a line of which nothing is shown: the terminal echoes nothing, and what edits a line is done here. */
export async function hiddenLine({ stdin, stderr }: Streams): Promise<string> {
  stdin.setRawMode?.(true);
  try {
    return edited(await nextLine(stdin, ['\r', '\n', ctrlC, ctrlD]));
  } finally {
    stdin.setRawMode?.(false);
    stderr.write('\n');
  }
}

function nextLine(stdin: Streams['stdin'], ends: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = '';
    const settle = (settled: () => void) => {
      stdin.off('data', onData).off('end', onEnd).pause();
      settled();
    };
    const cancel = () => reject(new AppError('CANCELLED', 'Cancelled.'));
    const onEnd = () => settle(cancel);
    const onData = (chunk: Buffer | string) => {
      typed += String(chunk);
      const at = [...typed].findIndex((char) => ends.includes(char));
      if (at < 0) return;
      const [end = '', ...rest] = [...typed].slice(at);
      settle(() => {
        // What was pasted behind it is for the next question; CR and LF are one end.
        const next = rest.join('').slice(end === '\r' && rest[0] === '\n' ? 1 : 0);
        if (next !== '') stdin.unshift(Buffer.from(next));
        if (end === ctrlC || end === ctrlD) cancel();
        else resolve([...typed].slice(0, at).join('').replace(/\r$/, ''));
      });
    };
    stdin.on('data', onData).on('end', onEnd).resume();
  });
}

/** Backspace takes a character away, Ctrl-U all of them. */
function edited(keys: string): string {
  let line: string[] = [];
  for (const key of keys) {
    if (key === '\u007f' || key === '\b') line.pop();
    else if (key === ctrlU) line = [];
    else line.push(key);
  }
  return line.join('');
}
