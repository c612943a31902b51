import { expect, test } from 'vitest';
import { callerAddress } from '../../../src/http/caller-address.ts';

test.each([
  ['192.0.2.1', undefined, '192.0.2.1'],
  ['::ffff:192.0.2.1', undefined, '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', undefined, '2001:db8:1:2::/64'],
  ['2001:db8::1', undefined, '2001:db8:0:0::/64'],
  ['::1', undefined, '0:0:0:0::/64'],
  ['fe80::1%eth0', undefined, 'fe80:0:0:0::/64'],
  [undefined, undefined, ''],
  // Whoever calls may say anything; the proxy adds whom it knows.
  ['10.0.0.1', '192.0.2.1', '192.0.2.1'],
  ['10.0.0.1', '203.0.113.7, 192.0.2.1', '192.0.2.1'],
  ['10.0.0.1', '192.0.2.1:4711', '192.0.2.1'],
  ['10.0.0.1', '[2001:db8:1:2::9]:4711', '2001:db8:1:2::/64'],
  ['10.0.0.1', 'unknown', '10.0.0.1'],
  ['10.0.0.1', '192.0.2.1, ', '10.0.0.1'],
  ['10.0.0.1', '', '10.0.0.1'],
  ['10.0.0.1', 'x'.repeat(10_000), '10.0.0.1'],
])('%s with %j before it calls from %s', (peer, forwardedFor, address) => {
  expect(callerAddress(peer, forwardedFor)).toBe(address);
});
