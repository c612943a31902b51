import { expect, it } from 'vitest';
import { networkFault } from '../../../src/verify/network-fault.ts';

const coded = (code: string, rest: ErrorOptions = {}) =>
  Object.assign(new Error(`secret detail of ${code}`, rest), { code });

it.each<[string, string, RegExp]>([
  ['ENOTFOUND', 'UNREACHABLE', /cannot be looked up/],
  ['EAI_AGAIN', 'UNREACHABLE', /cannot be looked up/],
  ['ECONNREFUSED', 'UNREACHABLE', /nothing answers at api\.test/],
  ['EHOSTUNREACH', 'UNREACHABLE', /nothing answers/],
  ['ENETUNREACH', 'UNREACHABLE', /nothing answers/],
  ['ECONNRESET', 'UNREACHABLE', /cut the connection/],
  ['UND_ERR_SOCKET', 'UNREACHABLE', /cut the connection/],
  ['UND_ERR_CONNECT_TIMEOUT', 'UNREACHABLE', /in time/],
  ['UND_ERR_HEADERS_TIMEOUT', 'UNREACHABLE', /in time/],
  ['ETIMEDOUT', 'UNREACHABLE', /in time/],
  ['CERT_HAS_EXPIRED', 'UNREACHABLE', /certificate of api\.test has expired \(CERT_HAS_EXPIRED\)/],
  ['CERT_NOT_YET_VALID', 'UNREACHABLE', /certificate of api\.test is not valid yet/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'UNREACHABLE', /certificate .* for another name/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'UNREACHABLE', /certificate .* is self-signed/],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'UNREACHABLE', /certificate .* unknown here/],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNREACHABLE', /certificate .* unknown here/],
  ['CERT_REVOKED', 'UNREACHABLE', /certificate .* revoked/],
  ['INVALID_PURPOSE', 'UNREACHABLE', /certificate .* not accepted/],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'UNREACHABLE', /too old/],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'UNREACHABLE', /too old/],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'UNREACHABLE', /a client certificate/],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'UNREACHABLE', /TLS with api\.test fails/],
  ['EMFILE', 'UNREACHABLE', /too many files/],
  ['EACCES', 'UNREACHABLE', /this machine cannot connect/],
  ['UND_ERR_SOCKS5', 'UNREACHABLE', /proxy/],
  ['EPROTO', 'UNREACHABLE', /TLS with api\.test fails/],
  ['UND_ERR_INVALID_ARG', 'MALFORMED', /characters/],
  ['ESOMETHING', 'UNREACHABLE', /could not be asked \(ESOMETHING\)/],
])('%s is %s', (code, kind, detail) => {
  for (const error of [coded(code), new TypeError('fetch failed', { cause: coded(code) })]) {
    const { undecided } = networkFault(error, 'api.test');
    expect(undecided.kind).toBe(kind);
    expect(undecided.message).toMatch(detail);
    expect(undecided.message).not.toContain('secret detail');
  }
});

it('tries again only after a cut', () => {
  expect(networkFault(coded('ECONNRESET'), 'x').passing).toBe(true);
  expect(networkFault(coded('UND_ERR_SOCKET'), 'x').passing).toBe(true);
  expect(networkFault(coded('ECONNREFUSED'), 'x').passing).toBe(false);
});

it.each([new DOMException('x', 'TimeoutError'), new DOMException('x', 'AbortError')])(
  'an end by the clock',
  (error) => {
    expect(networkFault(error, 'api.test').undecided.message).toBe('api.test did not answer in time');
  },
);

it.each([undefined, 'text', new Error('plain')])('anything else', (error) => {
  expect(networkFault(error, 'api.test').undecided.message).toBe('api.test could not be asked');
});
