import { setTimeout as sleep } from 'node:timers/promises';
import type { CliResult, Sandbox } from '../../support/cli.ts';
import type { Engine } from '../../support/engines.ts';
import type { Attempt } from './state.ts';

/** When a command is killed: so many statements after it started or after its first BEGIN, and then milliseconds. */
export interface Kill {
  from: 'start' | 'begin';
  statements: number;
  delay: number;
}

/** Runs a command, and kills it unless it ends before. What it sends to the database it tells with `--debug`. */
export async function runUntil(
  box: Sandbox,
  { args, env, input }: Attempt,
  kill: Kill | null,
): Promise<{ result: CliResult; isKilled: boolean }> {
  const options = { ...(env && { env }), ...(input !== undefined && { input }) };
  const line = [...args, '--no-input', '--debug'];
  if (!kill) return { result: await box.runWith(options, ...line), isKilled: false };
  const { child, result } = box.start({ ...options, timeout: 60_000 }, ...line);
  let told = '';
  let isSent = false;
  child.stderr.on('data', (chunk: Buffer) => {
    told += chunk;
    if (isSent || !isTime(told, kill)) return;
    isSent = true;
    void sleep(kill.delay).then(() => child.kill('SIGKILL'));
  });
  const ended = await result;
  const isKilled = ended.signal === 'SIGKILL';
  if (isKilled && !isSent) throw new Error(`${args.join(' ')} came to no end\n${told}`);
  return { result: ended, isKilled };
}

function isTime(told: string, { from, statements }: Kill): boolean {
  const begin = /^debug: (BEGIN|START TRANSACTION)/m.exec(told);
  if (from === 'begin' && !begin) return false;
  const counted = from === 'begin' ? told.slice(begin?.index) : told;
  return counted.split('\n').length - 1 > statements;
}

/** Waits until a server has done what the killed command sent last. */
export async function quiescent(engine: Engine, box: Sandbox): Promise<void> {
  if (engine.name === 'sqlite') return;
  const others =
    'SELECT COUNT(*) AS n FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()';
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(5)) {
    const [row] = await engine.sql(box, others);
    if (Number(row?.['n']) === 0) return;
  }
  throw new Error('the server still works on what the killed command sent');
}
