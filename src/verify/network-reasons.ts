/** What the codes of Node's network and TLS layers, of its HTTP parser and of undici mean, in words. */

interface Reason {
  detail: string;
  hint?: string;
}

type Kind = readonly [codes: RegExp, tell: (host: string, code: string) => string, hint?: string];

const place = 'Check the address and the port, and whether it is http or https there.';
const between = 'Check the address, and whether a proxy or another program answers there.';
const theirs = 'Try again later; if it persists, its operator has to fix it.';
const thisMachine = 'Check the network and the firewall of this machine.';
const authority =
  'If it is an authority of your own, name its certificate in NODE_EXTRA_CA_CERTS. Otherwise the server may leave out the intermediate certificates.';

const kinds: readonly Kind[] = [
  // Finding it.
  [/^(ENOTFOUND|EAI_)/, (host) => `the host name ${host} cannot be looked up`, 'Check the address, and the DNS.'],
  [
    /^(ECONNREFUSED|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH)$/,
    (host) => `nothing answers at ${host}`,
    'Check the address, the port, and any firewall or proxy.',
  ],
  [/^(ENETDOWN|EADDRNOTAVAIL|ENOBUFS|EACCES|EPERM)$/, (host) => `this machine cannot connect to ${host}`, thisMachine],
  [
    /^(EMFILE|ENFILE)$/,
    () => 'too many files and connections are open',
    'Ask fewer at a time with --concurrency and --per-host, or raise the limit: ulimit -n',
  ],
  [/TIMEOUT|ETIMEDOUT/, (host) => `${host} did not answer in time`, 'Try again, or use a longer --timeout.'],
  [
    /^UND_ERR_SOCKS5/,
    (host) => `the proxy does not let requests through to ${host}`,
    'Check HTTPS_PROXY and NO_PROXY.',
  ],
  [/^UND_ERR_PRX_TLS$/, () => 'TLS with the proxy fails', 'Check HTTPS_PROXY.'],

  // Its certificate.
  [
    /^CERT_HAS_EXPIRED$/,
    (host) => `the certificate of ${host} has expired`,
    "Have it renewed, or set this machine's clock if that is wrong.",
  ],
  [
    /^CERT_NOT_YET_VALID$/,
    (host) => `the certificate of ${host} is not valid yet`,
    "Set this machine's clock if that is wrong. Otherwise the certificate is.",
  ],
  [
    /^(ERR_TLS_CERT_ALTNAME_|HOSTNAME_MISMATCH)/,
    (host) => `the certificate of ${host} is for another name`,
    'Use the name that it is for in the address, or check whether a proxy is in the way.',
  ],
  [
    /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
    (host) => `the certificate of ${host} is self-signed`,
    'If the server is your own, name a copy of its certificate in NODE_EXTRA_CA_CERTS.',
  ],
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF))/,
    (host) => `the certificate of ${host} is signed by an authority that is unknown here`,
    authority,
  ],
  [/^CERT_REVOKED$/, (host) => `the certificate of ${host} was revoked`, theirs],
  [
    /^(CERT_|CRL_|ERR_TLS_CERT|INVALID_(CA|PURPOSE)|PATH_LENGTH|UNABLE_TO_)/,
    (host) => `the certificate of ${host} is not accepted`,
    authority,
  ],

  // Its TLS.
  [
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LAYER_FAILURE)$/,
    (host) => `TLS with ${host} fails: it does not use TLS there`,
    place,
  ],
  [
    /^ERR_SSL_(UNSUPPORTED_PROTOCOL|NO_PROTOCOLS|LEGACY_|DH_KEY_TOO_SMALL|.*PROTOCOL_VERSION)/,
    (host) => `TLS with ${host} fails: its version is too old`,
    'The server has to offer TLS 1.2 or newer.',
  ],
  [
    /^ERR_SSL_.*CERTIFICATE/,
    (host) => `TLS with ${host} fails: it requires a client certificate`,
    'integrations does not support client certificates.',
  ],
  [/^(ERR_SSL|EPROTO)/, (host) => `TLS with ${host} fails`, place],

  // Its HTTP.
  [
    /^(HPE_HEADER_OVERFLOW|UND_ERR_HEADERS_OVERFLOW)$/,
    (host) => `${host} answers with headers that are too long`,
    between,
  ],
  [
    /^(UND_ERR_RES_CONTENT_LENGTH_MISMATCH|HPE_.*(CONTENT_LENGTH|TRANSFER_ENCODING).*)$/,
    (host) => `the answer from ${host} is not as long as it says`,
    theirs,
  ],
  [/^HPE_.*(CHUNK|EOF)/, (host) => `the answer from ${host} is cut off or malformed`, theirs],
  [/^HPE_.*(HEADER|_CR|_LF|SPACE)/, (host) => `${host} answers with an invalid header`, between],
  [/^HPE_/, (host) => `what answers at ${host} does not speak HTTP`, place],
  [
    /^(ECONNRESET|ECONNABORTED|ECONNECTION|ENOTCONN|EPIPE|UND_ERR_SOCKET)$/,
    (host) => `${host} cut the connection`,
    theirs,
  ],
];

/** These say no more than the words; what several others come to stands behind it. */
const unnamed = /^(HPE_|ENOTFOUND|EAI_|ECONN|EPIPE|EHOST|ENET|UND_ERR_SOCKET|EMFILE|ENFILE|E?TIMEDOUT)|TIMEOUT/;

export function networkReason(code: string, host: string): Reason {
  const [, tell, hint] = kinds.find(([codes]) => codes.test(code)) ?? [];
  const named = code === '' || unnamed.test(code) ? '' : ` (${code})`;
  if (!tell) return { detail: `${host} could not be asked${named}` };
  return { detail: `${tell(host, code)}${named}`, ...(hint === undefined ? {} : { hint }) };
}
