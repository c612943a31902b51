import { isUtf8 } from 'node:buffer';
import { createCipheriv, createDecipheriv, hkdfSync, randomFillSync } from 'node:crypto';
import { AppError } from '../core/error.ts';
import { Secret } from '../core/secret.ts';
import { quotable } from '../core/text.ts';
import type { KeyRing } from './key-ring.ts';

/** A sealed credential: a JWE in compact serialisation (RFC 7516), `dir` with A256GCM. The only form that is stored. */
export type Sealed = string & { readonly sealed: unique symbol };

/** Where a sealed value stands. It does not open anywhere else. */
export interface Slot {
  table: string;
  column: string;
  /** The row's id. */
  id: string;
}

/** Opens the credentials of one tenant. */
export interface Opener {
  /**
   * @returns the value with the audience that it was sealed for
   * @throws AppError KEY_UNAVAILABLE when the ring lacks the key, DECRYPTION_FAILED when the value was altered, cut,
   * or sealed for another row, column or tenant
   */
  open(sealed: string, slot: Slot): Secret;
}

/** Seals them, too, each with its audience, which has to be settled. */
export interface Sealer extends Opener {
  seal(secret: Secret, slot: Slot): Sealed;
}

const infoPrefix = 'integrations/seal/v2/';
const ivBytes = 12;
const tagBytes = 16;
const members = ['alg', 'aud', 'crit', 'ctx', 'enc', 'kid'];
const membersOf01 = ['alg', 'crit', 'ctx', 'enc', 'kid'];

/** The key that seals a tenant's values: HKDF-SHA-256 of the ring's key, so that no value opens under another tenant. */
export function deriveKey(key: Uint8Array, tenantId: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', infoPrefix + tenantId, 32));
}

/** Many more tenants than are served at a time. */
const mostDerived = 1_000;
const derived = new WeakMap<Uint8Array, Map<string, Buffer>>();

/** The same, which is as long known as the ring's key is: deriving takes longer than opening a value. */
function derivedKey(key: Uint8Array, tenantId: string): Buffer {
  const byTenant = derived.get(key) ?? new Map<string, Buffer>();
  const known = byTenant.get(tenantId);
  if (known) return known;
  if (byTenant.size >= mostDerived) byTenant.clear();
  const made = deriveKey(key, tenantId);
  derived.set(key, byTenant.set(tenantId, made));
  return made;
}

export function createSealer(ring: KeyRing, tenantId: string): Sealer {
  // Of many values most are sealed under one key and for one audience.
  let last: { kid: string; aud: readonly string[] } = { kid: ring.active.kid, aud: [] };

  return {
    seal(secret, slot) {
      const { kid, key } = ring.active;
      if (!secret.audience) throw new Error(`nobody said where ${slot.column} of ${slot.id} may go`);
      const header = headerFor(kid, boundTo(slot), secret.audience);
      const iv = nextIv();
      const cipher = createCipheriv('aes-256-gcm', derivedKey(key, tenantId), iv).setAAD(Buffer.from(header, 'ascii'));
      const text = cipher.update(secret.reveal(), 'utf8');
      // Of GCM nothing is left by then.
      cipher.final();
      const tag = cipher.getAuthTag();
      return `${header}..${iv.toString('base64url')}.${text.toString('base64url')}.${tag.toString('base64url')}` as Sealed;
    },

    open(sealed, slot) {
      const parts = split(sealed, slot);
      const expected = boundTo(slot);
      const isUsual = parts.header === headerFor(last.kid, expected, last.aud);
      const { kid, ctx, aud } = isUsual ? { ...last, ctx: expected } : readHeader(parts.header, slot);
      const key = ring.find(kid);
      if (!key) throw missingKey(kid, ring, slot);
      if (ctx !== expected) throw misplaced(ctx, slot);
      const decipher = createDecipheriv('aes-256-gcm', derivedKey(key, tenantId), parts.iv, { authTagLength: tagBytes })
        .setAAD(Buffer.from(parts.header, 'ascii'))
        .setAuthTag(parts.tag);
      const bytes = decipher.update(parts.text);
      try {
        decipher.final();
      } catch {
        const key = `key "${quotable(kid)}" is not the key it was sealed with`;
        throw refused(slot, `was altered, was sealed for another tenant, or ${key}`);
      }
      last = { kid, aud };
      if (!isUtf8(bytes)) throw refused(slot, 'holds something that is not text');
      return new Secret(bytes.toString('utf8'), aud);
    },
  };
}

/** The id of the key that a value is sealed under, read without opening it; undefined where it is not a sealed value. */
export function sealedUnder(sealed: string): string | undefined {
  const header = decodeHeader(sealed.slice(0, sealed.indexOf('.')));
  return typeof header?.['kid'] === 'string' ? header['kid'] : undefined;
}

/** The characters with which every value begins that is sealed here under a key; of another's seal they need not. */
export function sealedStart(kid: string): string {
  const start = headerStart(kid);
  const whole = Math.floor((Buffer.byteLength(start) * 8) / 6);
  return Buffer.from(start).toString('base64url').slice(0, whole);
}

/** `sealedUnder` for many values under few keys: most of them it knows by their beginning. */
export function createKeyTeller(): (sealed: string) => string | undefined {
  const known: { kid: string; start: string }[] = [];
  return (sealed) => {
    const same = known.find(({ start }) => sealed.startsWith(start));
    if (same) return same.kid;
    const kid = sealedUnder(sealed);
    if (kid !== undefined && !known.some((each) => each.kid === kid)) known.push({ kid, start: sealedStart(kid) });
    return kid;
  };
}

// One call of the random generator serves many seals: asking for 12 bytes at a time costs a third of a seal.
const pool = Buffer.alloc(ivBytes * 256);
let used = pool.length;

/** Good until the next call. */
function nextIv(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += ivBytes;
  return pool.subarray(used - ivBytes, used);
}

function boundTo(slot: Slot): string {
  return `${slot.table}/${slot.column}/${slot.id}`;
}

/** The header with which this program seals, written by hand: for JSON.stringify it takes longer than the cipher. */
function headerFor(kid: string, ctx: string, aud: readonly string[]): string {
  const rest = `${JSON.stringify(ctx)},"aud":${JSON.stringify(aud)},"crit":["ctx","aud"]}`;
  return Buffer.from(headerStart(kid) + rest).toString('base64url');
}

function headerStart(kid: string): string {
  return `{"alg":"dir","enc":"A256GCM","kid":${JSON.stringify(kid)},"ctx":`;
}

function split(sealed: string, slot: Slot) {
  const parts = sealed.split('.');
  const [header = '', encryptedKey, iv = '', text, tag = ''] = parts;
  if (parts.length !== 5 || encryptedKey !== '' || text === undefined) {
    throw refused(slot, 'is not a sealed value, or is cut short');
  }
  const bytes = { iv: canonical(iv, slot), text: canonical(text, slot), tag: canonical(tag, slot) };
  if (bytes.iv.length !== ivBytes || bytes.tag.length !== tagBytes) throw refused(slot, 'is cut short');
  return { header, ...bytes };
}

/** Bytes of base64url whose spelling is the only one: an altered spare bit is an alteration too. */
function canonical(text: string, slot: Slot): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw refused(slot, 'was altered: its encoding is not canonical');
  return bytes;
}

function readHeader(header: string, slot: Slot): { kid: string; ctx: string; aud: string[] } {
  canonical(header, slot);
  const parsed = decodeHeader(header);
  if (!parsed) throw refused(slot, 'was altered: its header is not readable');
  const { alg, enc, kid, ctx, aud, crit } = parsed;
  const names = Object.keys(parsed).sort().join();
  if (names === membersOf01.join() && JSON.stringify(crit) === '["ctx"]')
    throw refused(slot, 'was sealed by version 0.1, which was never released');
  const known = alg === 'dir' && enc === 'A256GCM' && JSON.stringify(crit) === '["ctx","aud"]';
  const exact = names === members.join() && typeof kid === 'string' && typeof ctx === 'string' && isAudience(aud);
  if (!known || !exact) throw refused(slot, 'has a header that this version does not know');
  return { kid, ctx, aud };
}

function isAudience(aud: unknown): aud is string[] {
  return Array.isArray(aud) && aud.every((origin) => typeof origin === 'string');
}

function decodeHeader(header: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function refused(slot: Slot, reason: string): AppError {
  return new AppError('DECRYPTION_FAILED', `${slot.column} of ${slot.id} does not open: it ${reason}`, {
    field: slot.column,
    hint: 'Set it again with "update", or restore the row from a backup.',
  });
}

function misplaced(ctx: string, slot: Slot): AppError {
  const [table, column, id] = ctx.split('/');
  const origin =
    table !== slot.table ? 'another table' : id !== slot.id ? 'another row' : `the column ${quotable(column ?? '')}`;
  return refused(slot, `was sealed for ${origin}`);
}

function missingKey(kid: string, ring: KeyRing, slot: Slot): AppError {
  return new AppError(
    'KEY_UNAVAILABLE',
    `${slot.column} of ${slot.id} is sealed under key "${quotable(kid)}", which is not among the keys at hand (${ring.kids.join(', ')})`,
    { field: slot.column, hint: 'integrations key import' },
  );
}
