import type { FieldDraft, FieldKind, Json, Reading } from './field.ts';
import { Unfit } from './field.ts';
import type { Link } from './links.ts';
import { isLoopback } from './loopback.ts';
import { addressIn } from './pasted/address.ts';
import { unwrapped } from './pasted/unwrapped.ts';
import { placeholderReason, unfilledReason } from './placeholder.ts';
import { canonicalPrivateKey, type KeyRule } from './private-key.ts';
import { isRecord } from './record.ts';
import { Secret } from './secret.ts';
import { hasLoneSurrogate, hasUnprintable } from './text.ts';
import { moment } from './time.ts';
import { bareToken, withoutAround, wrappedReason } from './token-text.ts';

interface Common {
  label: string;
  help?: string;
  helpInJson?: string;
  example?: string;
  /** Only where the flag is not the column in kebab case without the provider's prefix. */
  flag?: string;
  optional?: true;
  requiredWhen?: (given: (name: string) => boolean) => boolean;
  insteadOf?: string;
  asked?: true;
  /** May be emptied although it is needed. */
  emptiable?: true;
  /** No check against the provider reads it. */
  unchecked?: true;
  /** What stands for its value, or for one entry, in the help; only where neither kind nor flag says it. */
  valueName?: string;
}

interface Shape {
  pattern?: RegExp;
  /** The shape in words, such as `two to ten capital letters`. */
  shape?: string;
}

interface TextOptions extends Common, Shape {
  /** In characters: the length of the column. */
  max?: number;
  default?: string;
  multiline?: true;
  /** What people write as they like, so that `$(X)` and `***` may be meant. */
  free?: true;
  /** Brings a valid value to its usual form; throws `Unfit`. */
  normalise?: (text: string) => string;
  /** A sentence, when a value is taken but looks odd. */
  warn?: (text: string) => string | undefined;
}

interface CredentialOptions extends Common {
  whereToGet: string;
  permissions: string;
  /** Pages on which it is made, as far as the other values lead there. */
  madeAt?: FieldDraft['madeAt'];
  /** An id, or an address that is a credential itself. */
  unaddressed?: true;
}

interface TokenOptions extends CredentialOptions, Shape {
  /** Shapes that plainly belong elsewhere, with the reason as a clause: `is a refresh token (ghr_)`. */
  refuse?: readonly (readonly [shape: RegExp, reason: string])[];
  warn?: (text: string) => string | undefined;
  /** Brings a valid value to the form that is stored; throws `Unfit`. */
  normalise?: (text: string) => string;
}

/** The longest credential that is sealed, in bytes. */
export const maxCredentialBytes = 32 * 1024;

function draft(kind: FieldKind, options: Common, rest: Partial<FieldDraft> & Pick<FieldDraft, 'take'>): FieldDraft {
  return {
    kind,
    label: options.label,
    help: options.help ?? '',
    helpInJson: options.helpInJson,
    example: options.example,
    flag: options.flag,
    valueName: options.valueName,
    required: options.optional === undefined && options.requiredWhen === undefined,
    requiredWhen: options.requiredWhen,
    insteadOf: options.insteadOf,
    emptiable: options.emptiable ?? false,
    asked: options.asked ?? false,
    credential: false,
    addressed: false,
    checked: options.unchecked === undefined,
    default: undefined,
    pattern: undefined,
    whereToGet: undefined,
    permissions: undefined,
    madeAt: () => [],
    suggestions: [],
    inWords: undefined,
    references: undefined,
    ...rest,
  };
}

function plainText(input: unknown, max: number, multiline = false): string {
  if (typeof input !== 'string') throw new Unfit('must be text');
  const text = withoutAround(input).normalize('NFC');
  if (text === '') throw new Unfit('is empty');
  if (hasUnprintable(text, multiline)) throw new Unfit('has control characters or invisible marks in it');
  const length = [...text].length;
  if (length > max) throw new Unfit(`is ${length} characters long; at most ${max} fit`);
  return text;
}

/** As `plainText`, of what names something. */
function namingText(input: unknown, max: number): string {
  const text = plainText(input, max);
  const unfilled = unfilledReason(text);
  if (unfilled !== undefined) throw new Unfit(unfilled);
  return text;
}

function shapeReason(shape: Shape, example: string | undefined): string {
  const expected = shape.shape ? `must be ${shape.shape}` : 'does not have the right form';
  return example ? `${expected}, for example ${example}` : expected;
}

export function text(options: TextOptions): FieldDraft {
  const { max = 255, multiline = false, normalise = (value) => value, warn } = options;
  return draft('text', options, {
    default: options.default,
    pattern: options.pattern,
    take(input) {
      const given = options.free ? plainText(input, max, multiline) : namingText(input, max);
      const value = plainText(normalise(given), max, multiline);
      if (options.pattern && !options.pattern.test(value)) throw new Unfit(shapeReason(options, options.example));
      return reading(value, warn?.(value));
    },
  });
}

interface UrlOptions extends Common {
  max?: number;
  /** Further rules; may return the address in its usual form, and throws `Unfit`. */
  normalise?: (url: URL) => string;
}

/** An `http` or `https` address without credentials in it. */
export function url(options: UrlOptions): FieldDraft {
  return draft('url', options, {
    take(input) {
      const max = options.max ?? 512;
      const address = webAddress(namingText(input, max), options.example);
      const value = options.normalise ? options.normalise(address) : withoutTrailingSlash(address);
      return reading(plainText(value, max), plainHttpWarning(new URL(value)));
    },
  });
}

export function webAddress(text: string, example = 'https://example.com'): URL {
  const address = addressIn(text) ?? URL.parse(text);
  if (!address || !/^https?:$/.test(address.protocol)) throw new Unfit(`is not a web address, for example ${example}`);
  if (address.username || address.password) throw new Unfit('has credentials in the address; give them on their own');
  return address;
}

export function withoutTrailingSlash(address: URL): string {
  return address.href.replace(/(?<!\/)\/+$/, '');
}

export function plainHttpWarning(address: URL): string | undefined {
  if (address.protocol === 'https:' || isLoopback(address.hostname)) return undefined;
  return 'The address uses plain http: credentials would cross the network unencrypted.';
}

interface IntegerOptions extends Common {
  min: number;
  max: number;
  default?: number;
}

export function integer(options: IntegerOptions): FieldDraft {
  return draft('integer', options, {
    default: options.default,
    take(input) {
      const value = typeof input === 'string' && /^\s*\d{1,15}\s*$/.test(input) ? Number(input) : input;
      const fits = typeof value === 'number' && Number.isInteger(value) && value >= options.min && value <= options.max;
      if (!fits) throw new Unfit(`must be a whole number from ${options.min} to ${options.max}`);
      return reading(value);
    },
  });
}

export function boolean(options: Common & { default: boolean }): FieldDraft {
  return draft('boolean', options, {
    default: options.default,
    take(input) {
      if (typeof input !== 'boolean') throw new Unfit('must be true or false');
      return reading(input);
    },
  });
}

interface ListOptions extends Common {
  /** Reads one entry; throws `Unfit`. */
  entry: (text: string) => string;
  maxEntries?: number;
  /** A sentence about an entry that is taken, but looks odd. */
  warn?: (entry: string) => string | undefined;
  suggestions?: FieldDraft['suggestions'];
  /** Where a list of nothing, typed as `none`, says something else than none at all. */
  inWords?: FieldDraft['inWords'];
}

/** Texts in the order given, each once. */
export function list(options: ListOptions): FieldDraft {
  const { inWords, suggestions = [], warn } = options;
  return draft('list', options, {
    suggestions,
    inWords,
    take(input) {
      const entries = typeof input === 'string' ? input.split(',').filter((entry) => entry.trim() !== '') : input;
      if (!Array.isArray(entries)) throw new Unfit('must be a list of texts');
      if (inWords && (entries.length === 0 ? Array.isArray(input) : isNothing(entries))) return reading([]);
      const value = [...new Set(entries.map((entry, index) => readEntry(entry, index, options.entry)))];
      const max = options.maxEntries ?? 100;
      if (value.length === 0) throw new Unfit('is empty');
      if (value.length > max) throw new Unfit(`has ${value.length} entries; at most ${max} fit`);
      return { value, warnings: value.map((entry) => warn?.(entry)).filter((warning) => warning !== undefined) };
    },
  });
}

function isNothing([first, ...others]: readonly unknown[]): boolean {
  return others.length === 0 && typeof first === 'string' && first.trim() === 'none';
}

function readEntry(entry: unknown, index: number, read: ListOptions['entry']): string {
  try {
    return read(namingText(entry, 255));
  } catch (error) {
    throw error instanceof Unfit ? new Unfit(`${error.message} (entry ${index + 1})`) : error;
  }
}

/** Names with values, all text. Which names a provider takes of these is for its `misfits`. */
export function map(options: Common & { warn: (name: string, value: string) => string | undefined }): FieldDraft {
  return draft('map', options, {
    take(input) {
      if (!isRecord(input)) throw new Unfit('must be names with values');
      const warnings: string[] = [];
      for (const [index, [name, value]] of Object.entries(input).entries()) {
        const place = `(entry ${index + 1})`;
        if (!/^[A-Za-z_][A-Za-z0-9_.-]{0,254}$/.test(name)) {
          throw new Unfit('has a name that is not letters, digits, "_", "-" and ".", starting with a letter or "_"');
        }
        if (typeof value !== 'string') throw new Unfit(`must have text as its values ${place}`);
        if (value.length > 4096) throw new Unfit(`has a value of over 4096 characters ${place}`);
        if (value.includes('\0')) throw new Unfit(`has a NUL character in a value ${place}`);
        if (hasLoneSurrogate(value)) throw new Unfit(`${halfCharacter} ${place}`);
        warnings.push(...[options.warn(name, value)].filter((warning) => warning !== undefined));
      }
      if (Object.keys(input).length > 200) throw new Unfit('has more than 200 entries');
      return { value: input as { [key: string]: Json }, warnings };
    },
  });
}

/** A JSON object. */
export function json(options: Common): FieldDraft {
  return draft('json', options, {
    take(input) {
      const value = typeof input === 'string' ? parsedJson(input) : input;
      if (!isRecord(value)) throw new Unfit('must be a JSON object, such as {"summary": "Release {{version}}"}');
      if (isDeeperThan(deepest, value)) throw new Unfit(`is nested deeper than ${deepest} levels`);
      if (JSON.stringify(value).length > 64 * 1024) throw new Unfit('is longer than 64 KB');
      if (hasHalfCharacter(value)) throw new Unfit(halfCharacter);
      return reading(value as { [key: string]: Json });
    },
  });
}

/** MariaDB takes 31 levels and MySQL 100; the history keeps the value two levels down. */
const deepest = 29;

/** Counts no further than it has to: a value may be deeper than the stack. */
function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeperThan(levels - 1, each));
}

const halfCharacter = 'has half of a character in it, a lone surrogate';

function hasHalfCharacter(value: unknown): boolean {
  if (typeof value === 'string') return hasLoneSurrogate(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, each]) => hasLoneSurrogate(key) || hasHalfCharacter(each));
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unfit('is not JSON');
  }
}

/** A day (its first second in UTC) or a moment with its time zone, stored as `2026-12-31T00:00:00Z`. */
export function date(options: Common): FieldDraft {
  return draft('date', options, {
    take(input) {
      const match = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.exec(
        String(input).trim(),
      );
      const day = match ? new Date(`${match[1]}T00:00:00Z`) : undefined;
      const exists = day && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(`${match?.[1]}`);
      const time = exists ? new Date(match?.[2] ? match[0] : day) : undefined;
      if (!time || Number.isNaN(time.getTime())) {
        throw new Unfit('must be a day such as 2026-12-31, or a time such as 2026-12-31T18:00:00Z');
      }
      return reading(moment(time));
    },
  });
}

/** Another integration of the tenant, by name or id; resolved to its id before `read`. */
export function reference(options: Common & { references: Link }): FieldDraft {
  return draft('reference', options, {
    references: options.references,
    take: (input) => reading(plainText(input, 255)),
  });
}

/** A credential of one line. */
export function token(options: TokenOptions): FieldDraft {
  const { normalise = (value) => value, refuse = [], warn } = options;
  return draft('token', options, {
    credential: true,
    addressed: options.unaddressed === undefined,
    pattern: options.pattern,
    whereToGet: options.whereToGet,
    permissions: options.permissions,
    ...(options.madeAt ? { madeAt: options.madeAt } : {}),
    take(input) {
      const given = credentialText(bareToken(credentialText(input)));
      const wrapping = wrappedReason(given);
      if (wrapping !== undefined) throw new Unfit(wrapping);
      const value = normalise(given);
      if (/\s/.test(value) || hasUnprintable(value)) throw new Unfit('has white space or control characters in it');
      if (!/^[\u0021-\u007e]+$/.test(value)) throw new Unfit('has characters that no token has');
      const refused = refuse.find(([shape]) => shape.test(value));
      if (refused) throw new Unfit(refused[1]);
      const odd = options.pattern && !options.pattern.test(value);
      if (odd && value.length < 4096 && unwrapped(value, (inner) => options.pattern?.test(inner) || undefined)) {
        throw new Unfit('is encoded, or wrapped in something; give the token as it was made');
      }
      return {
        value: new Secret(value),
        warnings: [
          odd ? `${options.label} has an unusual form; it is used as it is.` : undefined,
          warn?.(value),
        ].filter((warning) => warning !== undefined),
      };
    },
  });
}

interface PrivateKeyOptions extends CredentialOptions {
  key: KeyRule;
}

/** A private key, stored as PKCS#8 PEM. */
export function privateKey(options: PrivateKeyOptions): FieldDraft {
  return draft('private-key', options, {
    credential: true,
    addressed: options.unaddressed === undefined,
    whereToGet: options.whereToGet,
    permissions: options.permissions,
    ...(options.madeAt ? { madeAt: options.madeAt } : {}),
    take(input) {
      const { pem, warning } = canonicalPrivateKey(credentialText(input), options.key);
      return { value: new Secret(pem), warnings: warning ? [warning] : [] };
    },
  });
}

function credentialText(input: unknown): string {
  const value = (input instanceof Secret ? input.reveal() : typeof input === 'string' ? input : '').trim();
  if (value === '') throw new Unfit('is empty');
  const placeholder = placeholderReason(value);
  if (placeholder !== undefined) throw new Unfit(placeholder);
  if (Buffer.byteLength(value) > maxCredentialBytes) throw new Unfit('is longer than 32 KB');
  return value;
}

function reading(value: Reading['value'], warning?: string): Reading {
  return { value, warnings: warning ? [warning] : [] };
}
