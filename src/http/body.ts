import { isUtf8 } from 'node:buffer';
import type { HonoRequest } from 'hono';
import { isRecord } from '../core/record.ts';
import { RequestProblem } from './problem.ts';

const mostBytes = 1_048_576;
const deepest = 64;

/**
 * The body of a request: JSON as what it holds, anything else as its text.
 * @param types the media types that are taken
 * @throws RequestProblem
 */
export async function readBody(request: HonoRequest, types: readonly string[]): Promise<unknown> {
  const type = request.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!types.includes(type)) {
    throw new RequestProblem('UNSUPPORTED_MEDIA_TYPE', `the body must be of the type ${types.join(' or ')}`, {
      headers: { accept: types.join(', ') },
    });
  }
  const bytes = await bytesOf(request);
  if (!isUtf8(bytes)) throw new RequestProblem('MALFORMED', 'the body is not UTF-8');
  const text = bytes.toString('utf8');
  if (!type.endsWith('json')) return text;
  const value = parsed(text);
  refuseStrange(value);
  return value;
}

async function bytesOf(request: HonoRequest): Promise<Buffer> {
  const length = request.header('content-length');
  if (Number(length ?? 0) > mostBytes) throw tooLarge();
  if (length !== undefined) return Buffer.from(await request.arrayBuffer());
  const reader = request.raw.body?.getReader();
  const chunks: Uint8Array[] = [];
  let read = 0;
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    read += next.value.byteLength;
    // What is left of it is not waited for: whoever sends it may never end.
    if (read > mostBytes) throw tooLarge();
    chunks.push(next.value);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): RequestProblem {
  // The rest of it is read by nobody, so that no other request can follow it.
  return new RequestProblem('TOO_LARGE', 'the body is larger than 1 MiB', { headers: { connection: 'close' } });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What JSON.parse says quotes the text.
    throw new RequestProblem('MALFORMED', 'the body is not JSON');
  }
}

/** What no body needs, and code that goes through it might stumble over. */
function refuseStrange(value: unknown): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) throw new RequestProblem('VALIDATION', `the body is nested more than ${deepest} deep`);
    for (const each of level) {
      if (!isRecord(each) || !Object.hasOwn(each, '__proto__')) continue;
      throw new RequestProblem('VALIDATION', 'the body has a key "__proto__"', {
        errors: [{ field: '__proto__', message: 'is not taken' }],
      });
    }
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
}
