import { inject } from 'vitest';
import type { Provider } from '../../src/core/provider.ts';
import { providers } from '../../src/providers/index.ts';
import { atEnd } from './at-end.ts';
import type { Environment, Sandbox } from './cli.ts';
import type { Engine } from './engines.ts';
import { mailServer } from './mail-server.ts';
import { nameServer, type Zone } from './name-server.ts';
import { answers, type Mishap, places, steady } from './provider-answers.ts';
import { fixtureOf } from './provider-fixtures.ts';
import { type Exchange, type Handler, type ProviderServer, providerServer } from './provider-server.ts';
import { addCommand } from './samples.ts';
import { done, eachOf, workspace } from './workspace.ts';

/** All providers on this machine. */
export interface World {
  server: ProviderServer;
  /** What sends the product to them. */
  env: Environment;
  /** What the mail server was sent after a sign-in. */
  mailed: readonly string[];
  /** Puts this in the place of what is good, until the next call. */
  mishaps(...mishaps: Mishap[]): void;
  /** Changes every answer on its way out. */
  through(change: ((handler: Handler) => Handler) | undefined): void;
}

export const mailPassword = 'correct-horse-battery-staple';
/** The credential of the SCM that stays good. */
export const steadyToken = `ghp_${'steady'.repeat(6)}`;

/** @param elsewhere what is answered where no provider is; without it such a request fails the test */
export async function providerWorld({ elsewhere }: { elsewhere?: Handler } = {}): Promise<World> {
  const [server, tls] = [await providerServer(), inject('certificate')];
  const mail = await mailServer(tls, mailPassword);
  const good: Zone = { 'acme.test': { mx: ['mx.acme.test'] } };
  const zone: Record<string, Zone[string]> = { ...good };
  let current: Readonly<Record<string, Handler>> = {};
  let change: ((handler: Handler) => Handler) | undefined;

  if (elsewhere) for (const method of ['GET', 'POST', 'HEAD']) server.on(method, /^/, elsewhere);
  for (const [name, { method, path, good }] of Object.entries(answers)) {
    server.on(method, path, (exchange) => {
      const chosen = isShared(name) && isSteady(exchange) ? good : (current[name] ?? good);
      const handler = change ? change(chosen) : chosen;
      return typeof handler === 'function' ? handler(exchange) : handler;
    });
  }
  // For tests that are still at work when the server goes.
  atEnd(() => {
    current = {};
  });

  return {
    server,
    env: {
      ...Object.fromEntries(Object.entries(places).map(([variable, place]) => [variable, server.url + place])),
      INTEGRATIONS_SMTP_URL: `smtps://releases@127.0.0.1:${mail.port}`,
      INTEGRATIONS_SMTP_PASSWORD: mailPassword,
      INTEGRATIONS_DNS_SERVERS: await nameServer(zone),
      NODE_EXTRA_CA_CERTS: tls.path,
    },
    mailed: mail.commands,
    mishaps(...mishaps) {
      current = Object.assign({}, ...mishaps.map((mishap) => mishap.answers));
      mail.refuse = mishaps.find((mishap) => mishap.mail !== undefined)?.mail;
      const domain = mishaps.find((mishap) => mishap.domain !== undefined)?.domain;
      Object.assign(zone, domain ? { 'acme.test': domain === 'fail' ? 'fail' : {} } : good);
    },
    through(given) {
      change = given;
    },
  };
}

/** Answers that the steady SCM and target are given too. */
function isShared(name: string): boolean {
  return name === 'github user' || name.startsWith('apple ');
}

function isSteady({ headers, query }: Exchange): boolean {
  const asked = [query.get('filter[bundleId]'), query.get('filter[app]'), query.get('filter[identifier]')];
  return headers['authorization'] === `Bearer ${steadyToken}` || asked.some((each) => isOfSteady(each));
}

function isOfSteady(asked: string | null): boolean {
  return asked === steady.bundleId || asked === steady.appId;
}

/** Ids by provider; the parts of the pipelines as `code`, `gitlab code` and `app`. */
export type Ids = Record<string, string>;

/** A sample that is asked on the world's server. */
export function addThere(world: World, provider: string, name: string, ...more: string[]) {
  const flags = fixtureOf(provider).there?.flags(world.server.url) ?? [];
  return addCommand(provider, name, ...flags, ...scmFlag(provider), ...more);
}

/** What a pipeline that is hosted with its SCM uses; the others use `code`, as their samples say. */
export function scmFlag(provider: string): string[] {
  const scm = providers.find(({ name }) => name === provider)?.scm;
  return scm === undefined || scm === 'github' ? [] : ['--scm', `${scm} code`];
}

/** A workspace with all of them: the pipelines, and what they use, in the tenant Pipes, the others in Acme. */
export async function populated(engine: Engine, world: World): Promise<{ box: Sandbox; ids: Ids }> {
  const box = await workspace(engine, world.env);
  await done(box.run('tenant', 'add', 'Pipes'));
  const ids: Ids = {};
  const add = async ([provider, name, ...more]: [string, string, ...string[]], token?: string) => {
    const { args, env } = addThere(world, provider, name, ...more);
    const steadyEnv = token === undefined ? {} : { SAMPLE_ACCESSTOKEN: token };
    ids[name] = (await done(box.runWith({ env: { ...env, ...steadyEnv } }, ...args, '-o', 'name'))).stdout.trim();
  };
  const pipes = ['--tenant', 'Pipes'];
  await add(['github', 'code', '--repository-url', 'https://github.com/acme/ci', ...pipes], steadyToken);
  await add(['gitlab', 'gitlab code', '--repository-url', `${world.server.url}/code/acme/ci`, ...pipes]);
  await add(['app-store', 'app', '--bundle-id', steady.bundleId, ...pipes]);
  const isPipeline = ({ category }: Provider) => category.name === 'pipeline';
  await eachOf(
    providers.filter((each) => !isPipeline(each)),
    ({ name }) => add([name, name]),
  );
  await eachOf(providers.filter(isPipeline), ({ name }) => add([name, name, ...pipes]));
  return { box, ids };
}
