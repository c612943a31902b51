import { connect } from 'node:net';
import { type Check, type Finding, ok, orOk } from '../../app/doctor/check.ts';
import type { Environment } from '../../config/environment.ts';
import { given } from '../../config/settings.ts';
import type { Context } from '../../context.ts';
import { systemReason } from '../../files/system-error.ts';

const patienceMs = 3_000;

/** The proxies that requests to providers go through. */
export const proxy: Check<Context> = {
  id: 'proxy',
  needs: [],
  code: 'INTERNAL',
  doing: 'Asking the proxy',
  async look({ env }) {
    const set = variablesSet(env);
    if (set.length === 0) return ok('none is set');
    const findings = await Promise.all(set.map(findingOf));
    return orOk(
      findings.filter((each) => each !== undefined),
      `${set.map(({ name }) => name).join(' and ')}: something answers there`,
    );
  },
};

interface Setting {
  name: string;
  address: string;
}

/** As undici reads them: the lower-case name before the other. */
function variablesSet(env: Environment): Setting[] {
  return ['https_proxy', 'http_proxy'].flatMap((lower) => {
    const name = [lower, lower.toUpperCase()].find((each) => given(env, each) !== undefined);
    return name === undefined ? [] : [{ name, address: given(env, name) ?? '' }];
  });
}

/** The address is told by its host alone: it may hold a password. */
async function findingOf({ name, address }: Setting): Promise<Finding | undefined> {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') {
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
    const socket = connect(Number(port) || (protocol === 'https:' ? 443 : 80), hostname.replace(/^\[|\]$/g, ''));
    const end = (refusal: string | undefined) => {
      socket.destroy();
      resolve(refusal);
    };
    socket.setTimeout(patienceMs, () => end(`no answer within ${patienceMs / 1000} seconds`));
    socket.once('connect', () => end(undefined));
    socket.once('error', (error) => end(systemReason(error)));
  });
}
