/** What an answer is made of, beside what each of them has. */
export interface ResponseParts {
  status: number;
  body: string | ReadableStream | null;
  /** By names in lower case; they go before those of all. */
  headers: Readonly<Record<string, string>>;
}

/**
 * What `hono/secure-headers` sets, with a policy that lets nothing run, and a test holds against it. As data they are
 * written as they are: set one by one on each answer they take longer than reading a row.
 */
const ofAll: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=15552000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
};

export function respond(requestId: string, { status, body, headers }: ResponseParts): Response {
  return new Response(body, { status, headers: { ...ofAll, ...headers, 'x-request-id': requestId } });
}
