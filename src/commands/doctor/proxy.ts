import { connect } from 'node:net';
import { type Check, type Finding, ok, orOk } from '../../app/doctor/check.ts';
import type { Context } from '../../context.ts';
import { systemReason } from '../../files/system-error.ts';
import { type ProxySetting, proxiesOf } from '../../verify/proxy.ts';

const patienceMs = 3_000;

/** The proxies that requests to providers go through. */
export const proxy: Check<Context> = {
  id: 'proxy',
  needs: [],
  code: 'INTERNAL',
  doing: 'Asking the proxy',
  async look({ env }) {
    const { http, https } = proxiesOf(env);
    const set = [...new Set([https, http])].filter((each) => each !== undefined);
    if (set.length === 0) return ok('none is set');
    const findings = await Promise.all(set.map(findingOf));
    return orOk(
      findings.filter((each) => each !== undefined),
      `${set.map(({ name }) => name).join(' and ')}: something answers there`,
    );
  },
};

/** The address is told by its host alone: it may hold a password. */
async function findingOf({ name, address: url }: ProxySetting): Promise<Finding | undefined> {
  if (!url) {
    return {
      severity: 'error',
      finding: `${name} is not the address of a proxy`,
      remedy: `Set ${name} to http://host:port, or unset it.`,
    };
  }
  const refusal = await refusalOf(url);
  return refusal === undefined
    ? undefined
    : {
        severity: 'error',
        finding: `${name} names ${url.host}, and nothing answers there (${refusal})`,
        remedy: `Start that proxy, or unset ${name}.`,
      };
}

function refusalOf({ hostname, port, protocol }: URL): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(Number(port) || defaultPort(protocol), hostname.replace(/^\[|\]$/g, ''));
    const end = (refusal: string | undefined) => {
      socket.destroy();
      resolve(refusal);
    };
    socket.setTimeout(patienceMs, () => end(`no answer within ${patienceMs / 1000} seconds`));
    socket.once('connect', () => end(undefined));
    socket.once('error', (error) => end(systemReason(error)));
  });
}

function defaultPort(protocol: string): number {
  if (protocol.startsWith('socks')) return 1080;
  return protocol === 'https:' ? 443 : 80;
}
