import type { Context } from '../context.ts';
import { usage } from '../core/error.ts';
import type { View } from '../output/view.ts';

/** A command as data: the parser, the help and the completion are made of it. */
export interface Command {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line, without a full stop. */
  readonly summary: string;
  /** What the help says beneath the summary. */
  readonly description?: string;
  /** What the help ends with. */
  readonly closing?: string;
  /** The heading that it stands under in the help of what holds it. */
  readonly group?: string;
  readonly args?: readonly Argument[];
  /** The words behind `--`, which are another program's: no flag of ours is read among them. */
  readonly rest?: Argument;
  readonly flags?: readonly Flag[];
  readonly examples?: readonly string[];
  /** The formats of `--output`, where they are not the usual ones. */
  readonly formats?: readonly string[];
  /** Every key that its answer may have, for a command that changes something: a wrong `--fields` is refused before. */
  readonly keys?: readonly string[];
  /** A key of its answer that is shown this once: a format or `--fields` without it is refused before anything is done. */
  readonly shownOnce?: string;
  readonly commands?: readonly Command[];
  /** Looks for what is wrong, and so runs where the configuration cannot be read. */
  readonly diagnoses?: true;
  /** What it does; a command without it only holds others. */
  readonly run?: (context: Context, input: Input) => Promise<View | Ended | undefined>;
}

/** What a command ends with that has no answer of its own: the program that it ran had standard output. */
export interface Ended {
  readonly kind: 'ended';
  readonly exitStatus: number;
}

export interface Argument {
  readonly name: string;
  readonly help: string;
  readonly required?: true;
  /** Takes every word that is left. */
  readonly variadic?: true;
  readonly choices?: readonly string[];
}

export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  readonly short?: string;
  /** What stands for the value in the help; a flag without it is a switch. */
  readonly value?: string;
  readonly repeatable?: true;
  /** Has a twin `--no-…`. */
  readonly negatable?: true;
  readonly help: string;
  readonly choices?: readonly string[];
  /** The heading of the help that it stands under. */
  readonly group?: string;
}

export type FlagValue = string | boolean | readonly string[];

/** What was typed. */
export interface Input {
  readonly args: readonly string[];
  /** Behind `--`, of a command that takes those for themselves. */
  readonly rest: readonly string[];
  /** By the flags' names; absent where one was not given. */
  readonly flags: Readonly<Record<string, FlagValue | undefined>>;
}

export function textFlag(input: Input, name: string): string | undefined {
  const value = input.flags[name];
  return typeof value === 'string' ? value : undefined;
}

export function listFlag(input: Input, name: string): readonly string[] {
  const value = input.flags[name];
  return Array.isArray(value) ? value : [];
}

/** What a repeatable flag gives by name; of two values for one name the last. @throws AppError USAGE */
export function pairsFlag(input: Input, name: string): Record<string, string> {
  const pairs = listFlag(input, name).map((text) => {
    const at = text.indexOf('=');
    if (at > 0) return [text.slice(0, at), text.slice(at + 1)] as const;
    throw usage(`--${name} is NAME=VALUE`, { field: name });
  });
  return Object.fromEntries(pairs);
}

export function switchFlag(input: Input, name: string): boolean {
  return input.flags[name] === true;
}

/** A whole number within bounds. @throws AppError USAGE */
export function numberFlag(
  input: Input,
  name: string,
  { preset, least, most }: { preset: number; least: number; most: number },
): number {
  const text = textFlag(input, name);
  if (text === undefined) return preset;
  const value = /^\d{1,7}$/.test(text) ? Number(text) : -1;
  if (value >= least && value <= most) return value;
  throw usage(`--${name} is a whole number from ${least} to ${most}`, { field: name });
}

/** The number of `--limit`. @throws AppError USAGE */
export function limitOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw usage('--limit is a whole number of at least 1', { field: 'limit' });
  return Number(text);
}
