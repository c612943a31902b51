import { Undecided } from '../core/verification.ts';
import { networkReason } from './network-reasons.ts';

/** A proxy closed the connection when it was asked for a tunnel. */
export class ProxyCut extends Error {}

interface Fault {
  /** Worth one more try. */
  passing: boolean;
  /** The time was over. */
  isLate: boolean;
  undecided: Undecided;
}

/** Why there was no answer. */
export function networkFault(error: unknown, host: string): Fault {
  const code = codeOf(error);
  const passing = code === 'ECONNRESET' || code === 'UND_ERR_SOCKET';
  const isLate = isAbort(error) || /TIME(D)?OUT$/.test(code);
  if (code === 'UND_ERR_INVALID_ARG') return { passing, isLate, undecided: unsendable };
  return { passing, isLate, undecided: new Undecided('UNREACHABLE', faultReason(code, host, error)) };
}

const unsendable = new Undecided('MALFORMED', {
  detail: 'a value of it holds characters that no request can carry',
  hint: 'Correct it with "update" or "rotate".',
});

function faultReason(code: string, host: string, error: unknown): { detail: string; hint?: string } {
  if (error instanceof ProxyCut)
    return { detail: `the proxy cut the connection to ${host}`, hint: 'Check HTTPS_PROXY and NO_PROXY.' };
  if (isProxyRefusal(error))
    return { detail: `the proxy does not let requests through to ${host}`, hint: 'Check HTTPS_PROXY and NO_PROXY.' };
  return networkReason(isAbort(error) ? 'ETIMEDOUT' : code, host);
}

function codeOf(error: unknown): string {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    const { code } = each as { code?: unknown };
    if (typeof code === 'string') return code;
    if (each.name === 'HTTPParserError') return parserCode(each);
  }
  return '';
}

/** undici leaves out the code of its parser and tells its reason, one of a fixed set: `(Invalid header token)`. */
function parserCode({ message }: Error): string {
  const reason = /\(([^()]{1,80})\)$/.exec(message)?.[1] ?? '';
  return `HPE_${reason.toUpperCase().replace(/[^A-Z]+/g, '_')}`;
}

/** undici's own, when a proxy answers CONNECT with anything but 200. */
function isProxyRefusal(error: unknown): boolean {
  return error instanceof Error && codeOf(error) === 'UND_ERR_ABORTED' && error.message.startsWith('Proxy response');
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}
