import { unforeseen } from '../app/unforeseen.ts';
import { AppError } from '../core/error.ts';
import { quotable } from '../core/text.ts';
import { systemCode } from '../files/system-error.ts';
import { type MessageStyle, messageText, noteText } from '../output/message.ts';
import type { Streams } from '../output/streams.ts';
import { annotationsOf } from './annotations.ts';
import { type TypedSecrets, typedSecrets } from './typed-secrets.ts';

export interface Reporting {
  /** As one line of JSON instead of text. */
  json: boolean;
  /** With the stack trace. */
  debug: boolean;
  /** As annotations of GitHub's too, where there are places to tell. */
  annotates: boolean;
  /** The command line as it was typed. */
  typed: readonly string[];
  /** How it is drawn for people. */
  style: MessageStyle;
}

/**
 * Tells an error on standard error.
 * @returns the exit status
 */
export function report(error: unknown, streams: Streams, { json, debug, annotates, typed, style }: Reporting): number {
  const known = error instanceof AppError ? error : unforeseen(error);
  const { code, field, details } = known;
  // What was typed may stand in them; nothing of it may move the cursor or look like another line.
  const secrets = typedSecrets(typed);
  const told = (text: string) => secrets.without(quotable(text, Number.POSITIVE_INFINITY));
  const message = told(json ? known.message : known.told);
  const lines = known.lines.map(told);
  const proposed = known.hint === undefined ? undefined : told(known.hint);
  const hint = [proposed, secrets.found ? revoke : undefined].filter(Boolean).join(' ') || undefined;
  if (annotates)
    for (const line of annotationsOf(withoutSecrets(details ?? null, secrets))) streams.stderr.write(`${line}\n`);
  if (debug) streams.stderr.write(`debug: ${trace(known)}\n`);
  if (json) {
    const body = {
      code,
      message,
      hint: hint ?? null,
      field: field ?? null,
      details: withoutSecrets(details ?? null, secrets),
    };
    streams.stderr.write(`${JSON.stringify({ error: body })}\n`);
  } else if (code === 'CANCELLED') streams.stderr.write(`${message}\n`);
  else {
    const more = lines.map((line) => noteText(line, style)).join('');
    const proposal = hint === undefined ? '' : messageText('hint', hint, style);
    streams.stderr.write(`${messageText('error', message, style)}${more}${proposal}`);
  }
  return known.exitStatus;
}

const revoke = "If that was a credential, revoke it: it stands in the shell's history.";

function withoutSecrets(details: unknown, secrets: TypedSecrets): unknown {
  return JSON.parse(secrets.without(JSON.stringify(details)));
}

/** Names, codes and places of an error and its causes, without their messages: a driver's may quote a value. */
function trace(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = systemCode(error);
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const name = `${error.name}${code === undefined ? '' : ` (${code})`}`;
  const cause = error.cause === undefined ? '' : `\ncaused by ${trace(error.cause)}`;
  return `${[name, ...places].join('\n')}${cause}`;
}
