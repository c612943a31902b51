import { clockHint, comeBack, isThrottled } from './reading.ts';
import { type Answer, type AnswerLine, type AnswerTable, Refusal, Undecided } from './verification.ts';

/** The reading of answers by the tables of the providers. */

/** What is known when an answer is judged. */
export interface Evidence {
  /** Another call has shown that the credential is accepted: only then does a 404 mean that a thing is not there. */
  credentialProven: boolean;
  now: Date;
  /** What its request says that it asks for. */
  asksFor?: string | undefined;
}

/** What the table says of an answer; undefined where it has no line for it. */
export function judgeBy(table: AnswerTable, answer: Answer, evidence: Evidence): Refusal | Undecided | undefined {
  const name = lineFor(table, answer, evidence);
  const line = name === undefined ? undefined : table[name];
  return line && problemOf(line, answer, evidence);
}

/** The name of the first line that matches. */
export function lineFor(
  table: AnswerTable,
  answer: Answer,
  { credentialProven }: Pick<Evidence, 'credentialProven'>,
): string | undefined {
  // An answer may be long, and most lines ask nothing of its body.
  let parsed: { value: unknown } | undefined;
  const body = () => {
    parsed ??= { value: bodyOf(answer) };
    return parsed.value;
  };
  const found = Object.entries(table).find(
    ([, line]) => (credentialProven || !line.proven) && matches(line, answer, body),
  );
  return found?.[0];
}

function matches(line: AnswerLine, answer: Answer, body: () => unknown): boolean {
  const { status, header = {}, text } = line;
  if (![status].flat().includes(answer.status)) return false;
  if (answer.isPage && !line.page) return false;
  if (line.skewed && clockHint(answer) === undefined) return false;
  // A status alone says less than headers that ask to wait.
  if (!line.body && !line.header && !text && isThrottled(answer)) return false;
  return (
    Object.entries(header).every(([name, pattern]) => pattern.test(answer.header(name) ?? '')) &&
    Object.entries(line.body ?? {}).every(([path, wanted]) =>
      valuesAt(body(), path).some((each) => fits(each, wanted)),
    ) &&
    (text?.test(answer.text.slice(0, longestText)) ?? true)
  );
}

/** Longer than any part of an answer that tells something. */
const longestText = 8192;

function fits(value: unknown, wanted: string | boolean | RegExp): boolean {
  if (!(wanted instanceof RegExp)) return value === wanted;
  return typeof value === 'string' && wanted.test(value.slice(0, longestText));
}

function problemOf(line: AnswerLine, answer: Answer, { now, asksFor }: Evidence): Refusal | Undecided {
  const told = typeof line.hint === 'string' ? line.hint : line.hint(answer);
  const found = detailOf(line, asksFor);
  const detail = answer.status < 300 ? found : `${found} (${answer.status})`;
  switch (line.class) {
    case 'RATE_LIMITED':
      return new Undecided(line.class, { detail, hint: comeBack(answer, now) ?? told });
    case 'UNREACHABLE':
    case 'MALFORMED':
      return new Undecided(line.class, { detail, hint: told });
    case 'INVALID':
      return new Refusal(line.class, { detail, hint: clockHint(answer) ?? told });
    default:
      return new Refusal(line.class, { detail, hint: told });
  }
}

/** A name may hold `$`, which a replacing text would read. */
function detailOf({ detail, unnamed }: AnswerLine, asksFor: string | undefined): string {
  return unnamed === undefined || asksFor === undefined ? detail : detail.replace(unnamed, () => asksFor);
}

function bodyOf({ text }: Answer): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A list that is the whole answer is one of things, not of errors. */
function valuesAt(value: unknown, path: string): readonly unknown[] {
  const entries = (node: unknown) => (Array.isArray(node) ? node : [node]);
  return path
    .split('.')
    .reduce<readonly unknown[]>((nodes, name) => nodes.flatMap((node) => entries(ownValue(node, name))), [value]);
}

function ownValue(node: unknown, name: string): unknown {
  const isObject = typeof node === 'object' && node !== null && !Array.isArray(node) && Object.hasOwn(node, name);
  return isObject ? (node as Record<string, unknown>)[name] : [];
}

/** Where providers put the word that stands for an error. */
const codePaths = [
  ...['code', 'error', 'errorCode', 'typeKey', 'reason', 'error.code', 'error.type', 'error.errors.reason'],
  ...['error.details.reason', 'error.status', 'errors.code', 'errors.reason', 'errors.extensions.code'],
];

/** The provider's own word for what went wrong, where it is plainly one: nothing that it was sent, and no sentence. */
export function machineCode(answer: Answer): string | undefined {
  const body = bodyOf(answer);
  return codePaths.flatMap((path) => valuesAt(body, path)).find(isCode);
}

function isCode(value: unknown): value is string {
  // A token has long stretches with digits among the letters.
  return (
    typeof value === 'string' &&
    /^[A-Za-z][A-Za-z0-9_.-]{1,59}$/.test(value) &&
    !(/[A-Za-z0-9]{20}/.test(value) && /\d/.test(value))
  );
}
