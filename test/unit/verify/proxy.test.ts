import { expect, test } from 'vitest';
import { proxiesOf } from '../../../src/verify/proxy.ts';

const addressOf = (HTTPS_PROXY: string) => proxiesOf({ HTTPS_PROXY }).https?.address?.href;

test.each([
  ['127.0.0.1:3128', 'http://127.0.0.1:3128/'],
  ['proxy.acme.test:3128/', 'http://proxy.acme.test:3128/'],
  [' http://proxy.acme.test:3128\r\n', 'http://proxy.acme.test:3128/'],
  ['"http://proxy.acme.test:3128"', 'http://proxy.acme.test:3128/'],
  ["'proxy.acme.test:3128'", 'http://proxy.acme.test:3128/'],
  ['https://jane:x%23y@proxy.acme.test', 'https://jane:x%23y@proxy.acme.test/'],
  ['socks5://127.0.0.1:1080', 'socks5://127.0.0.1:1080'],
  ['socks5h://127.0.0.1:1080', 'socks5://127.0.0.1:1080'],
])('the proxy %j is %s', (given, href) => {
  expect(addressOf(given)).toBe(href);
});

test.each([
  'http://jane:x#y@proxy.acme.test:3128',
  '$(HTTPS_PROXY)',
  'undefined',
  'proxy',
  'ftp://proxy:21',
  'http://p/x',
  '"',
])('the proxy %j is none, which is told by the name of the variable', (given) => {
  expect(proxiesOf({ HTTPS_PROXY: given }).https).toEqual({ name: 'HTTPS_PROXY', address: undefined });
});
