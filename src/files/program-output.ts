import { execFile } from 'node:child_process';
import { AppError, type ErrorCode } from '../core/error.ts';
import { systemCode, systemReason } from './system-error.ts';

export interface ProgramOptions {
  /** The variable that names the program; it may stand in a message, the program itself may not. */
  origin: string;
  /** Of the failure. */
  code: ErrorCode;
  patienceMs?: number;
}

const patienceOfPeopleMs = 30_000;
const maxBytes = 1024 * 1024;

/**
 * What a program prints that is asked for a secret. It is run without a shell, its words split as a shell splits them,
 * and has no input; what it says on standard error is not shown, the secret may be among it.
 * @throws AppError `options.code` when it cannot be run, fails, prints nothing or takes longer than 30 seconds
 */
export async function outputOf(command: string, options: ProgramOptions): Promise<string> {
  const { origin, patienceMs = patienceOfPeopleMs } = options;
  const failed = (reason: string, cause?: unknown) =>
    new AppError(options.code, `the program that ${origin} names ${reason}`, {
      hint: "Run it by hand to see why. No shell reads it: a pipe or a variable needs sh -c '…'.",
      cause,
    });

  const [program, ...args] = await wordsOf(command, failed);
  if (!program) throw failed('has no name');
  const printed = await new Promise<Buffer>((resolve, reject) => {
    const limits = { timeout: patienceMs, killSignal: 'SIGKILL', maxBuffer: maxBytes, encoding: 'buffer' } as const;
    const child = execFile(program, args, limits, (error, stdout) => {
      if (!error) resolve(stdout);
      // Node's own error quotes the command and what it said.
      else reject(failed(reasonOfEnd(error, patienceMs)));
    });
    child.stdin?.on('error', () => undefined).end();
  });
  const text = new TextDecoder().decode(printed);
  if (text.trim() === '') throw failed('prints nothing');
  return text;
}

/** The words of a command as a shell would read them. @throws Error where a quotation mark or a backslash stands alone */
export async function programWords(command: string): Promise<string[]> {
  const { split } = await import('shlex');
  return split(command);
}

async function wordsOf(command: string, failed: (reason: string, cause: unknown) => AppError): Promise<string[]> {
  try {
    return await programWords(command);
  } catch (error) {
    throw failed('is not written as a shell would read it: a quotation mark or a backslash is left over', error);
  }
}

function reasonOfEnd(
  error: Error & { killed?: boolean; signal?: unknown; code?: unknown },
  patienceMs: number,
): string {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `prints more than ${maxBytes / 1024} KB`;
  if (error.killed) return `did not end within ${patienceMs / 1000} seconds`;
  if (typeof error.code === 'number') return `ended with status ${error.code}`;
  if (typeof error.signal === 'string') return `was ended by ${error.signal}`;
  return `cannot be run: ${systemCode(error) === 'ENOENT' ? 'there is no such program' : systemReason(error)}`;
}
