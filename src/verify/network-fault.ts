import { Undecided } from '../core/verification.ts';

/** A proxy closed the connection when it was asked for a tunnel. */
export class ProxyCut extends Error {}

interface Fault {
  /** Worth one more try. */
  passing: boolean;
  undecided: Undecided;
}

/** Why there was no answer. The codes are those of Node's network and TLS layers, and of undici. */
export function networkFault(error: unknown, host: string): Fault {
  const code = codeOf(error);
  const passing = code === 'ECONNRESET' || code === 'UND_ERR_SOCKET';
  if (code === 'UND_ERR_INVALID_ARG') return { passing, undecided: unsendable };
  return { passing, undecided: new Undecided('UNREACHABLE', faultReason(code, host, error)) };
}

const unsendable = new Undecided('MALFORMED', {
  detail: 'a value of it holds characters that no request can carry',
  hint: 'Correct it with "update" or "rotate".',
});

function faultReason(code: string, host: string, error: unknown): { detail: string; hint?: string } {
  if (/^(ENOTFOUND|EAI_AGAIN)$/.test(code))
    return { detail: `the host name ${host} cannot be looked up`, hint: 'Check the address, and the DNS.' };
  if (/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/.test(code))
    return { detail: `nothing answers at ${host}`, hint: 'Check the address, the port, and any firewall or proxy.' };
  if (error instanceof ProxyCut)
    return { detail: `the proxy cut the connection to ${host}`, hint: 'Check HTTPS_PROXY and NO_PROXY.' };
  if (isProxyRefusal(error))
    return { detail: `the proxy does not let ${host} be asked`, hint: 'Check HTTPS_PROXY and NO_PROXY.' };
  if (/TIMEOUT|ETIMEDOUT/.test(code) || isAbort(error))
    return { detail: `${host} did not answer in time`, hint: 'Try again, or with a longer --timeout.' };
  if (/^(ERR_SSL|EPROTO)/.test(code))
    return { detail: `TLS with ${host} fails (${code})`, hint: 'Check the address and the port: is it https there?' };
  if (/^(CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code)) {
    return {
      detail: `the certificate of ${host} is not accepted (${code})`,
      hint: 'For an authority of your own, name its certificate in NODE_EXTRA_CA_CERTS.',
    };
  }
  if (/^(ECONNRESET|ECONNECTION|EPIPE|UND_ERR_SOCKET)$/.test(code)) return { detail: `${host} cut the connection` };
  return { detail: `${host} could not be asked${code ? ` (${code})` : ''}` };
}

function codeOf(error: unknown): string {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    const { code } = each as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return '';
}

/** undici's own, when a proxy answers CONNECT with anything but 200. */
function isProxyRefusal(error: unknown): boolean {
  return error instanceof Error && codeOf(error) === 'UND_ERR_ABORTED' && error.message.startsWith('Proxy response');
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}
