import type { Context } from '../context.ts';
import { AppError, usage } from '../core/error.ts';
import { readNamedSecret } from '../files/named-secret.ts';
import type { ServeOptions } from '../http/serve.ts';
import { IntegrationsError } from '../library/error.ts';
import { type Command, type Input, listFlag, switchFlag, textFlag } from './command.ts';

export const serve: Command = {
  name: 'serve',
  summary: 'Serve the integrations as a REST API',
  description: [
    'Below /api/v1/{tenantId}/integrations/{scm,targets,pipelines,communication,tickets}, for whoever has a token.',
    'It ends with Ctrl-C or SIGTERM, once what is under way is answered; SIGHUP makes it read the keys again.',
  ].join('\n'),
  flags: [
    { name: 'listen', value: 'host:port', help: 'Where to listen (default 127.0.0.1:8787)' },
    {
      name: 'socket',
      value: 'path',
      help: 'Listen on a Unix socket instead, which takes no token and only its owner may open',
    },
    { name: 'tls-cert', value: 'path', help: 'Certificate chain, for https' },
    { name: 'tls-key', value: 'path', help: "The certificate's private key" },
    {
      name: 'behind-proxy',
      help: 'A proxy in front of it speaks https; needed for other addresses without a certificate',
    },
    { name: 'allowed-host', value: 'name', repeatable: true, help: 'A name that it goes by, beside localhost' },
    { name: 'oidc-map', value: 'path', help: "Whose jobs may call with their CI's own tokens (help serve)" },
    { name: 'read-only', help: 'Answer only what reads' },
  ],
  examples: [
    'integrations serve',
    'integrations serve --socket /run/integrations/api.sock',
    'integrations serve --oidc-map jobs.yaml',
  ],
  closing: `A map for --oidc-map, which is read at the start. The first rule that a token fits counts; * stands for anything but / and :, ** for anything:
  - issuer: https://ci.acme.test
    audience: https://integrations.acme.test
    rules:
      - claims: { repository: acme/mobile, environment: production }
        tenant: Acme                # or allTenants: true
        scopes: [read, verify]
        account: ci@acme.test`,
  run,
};

async function run(context: Context, input: Input): Promise<undefined> {
  const { interruption, streams } = context;
  const options = await optionsOf(context, input);
  const release = interruption.hold(secondsToDrain * 1_000);
  let readKeys: (() => Promise<void>) | undefined;
  const onHangup = () => void readKeys?.();
  process.on('SIGHUP', onHangup);
  const { gatherLines } = await import('../http/gathered-lines.ts');
  const log = gatherLines((lines) => void streams.stderr.write(lines));
  process.on('exit', log.flush);
  try {
    const { serve: serveUntilStopped } = await import('../http/serve.ts');
    await serveUntilStopped(
      {
        ...options,
        write: log.write,
        stop: interruption.signal,
        listening: (address) => {
          if (streams.stderr.isTTY) context.note(`Listening at ${address}. Ctrl-C ends it.`);
        },
      },
      (read) => {
        readKeys = read;
      },
    );
  } catch (error) {
    throw error instanceof IntegrationsError ? new AppError(error.code, error.message, error) : error;
  } finally {
    log.flush();
    process.off('exit', log.flush);
    process.off('SIGHUP', onHangup);
    release();
  }
}

/** A little longer than the server itself takes. */
const secondsToDrain = 12;

async function optionsOf(context: Context, input: Input): Promise<Omit<ServeOptions, 'write' | 'stop' | 'listening'>> {
  const { account } = await context.settings();
  const oidcMap = textFlag(input, 'oidc-map');
  return {
    place: placeOf(input),
    tls: tlsOf(input),
    behindProxy: switchFlag(input, 'behind-proxy'),
    allowedHosts: listFlag(input, 'allowed-host'),
    readOnly: switchFlag(input, 'read-only'),
    oidc: oidcMap === undefined ? [] : await (await import('../config/oidc-map.ts')).readOidcMap(oidcMap),
    surroundings: {
      actor: { account: account ?? '', purpose: 'serve' },
      environment: context.env,
      connections: 10,
      location: context.location,
      password: async () => undefined,
      keySource: context.keySource,
    },
  };
}

/** @throws AppError USAGE */
function placeOf(input: Input): ServeOptions['place'] {
  const [listen, socket] = [textFlag(input, 'listen'), textFlag(input, 'socket')];
  if (socket !== undefined) {
    if (listen === undefined && textFlag(input, 'tls-cert') === undefined) return { socket };
    throw usage('--socket goes with neither --listen nor --tls-cert', { field: 'socket' });
  }
  const [, host = '', port = ''] = /^(\[[0-9a-f:.]+\]|[^:[\]\s/]+):(\d{1,5})$/i.exec(listen ?? '127.0.0.1:8787') ?? [];
  if (host !== '' && Number(port) <= 65_535) return { host, port: Number(port) };
  throw usage('--listen is HOST:PORT, such as 127.0.0.1:8787 or [::1]:8787', { field: 'listen' });
}

/** @throws AppError USAGE */
function tlsOf(input: Input): ServeOptions['tls'] {
  const [cert, key] = [textFlag(input, 'tls-cert'), textFlag(input, 'tls-key')];
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw usage('--tls-cert and --tls-key go together', { field: 'tls-cert' });
  return { cert: pemOf('--tls-cert', cert), key: pemOf('--tls-key', key) };
}

function pemOf(flag: string, path: string): string {
  return readNamedSecret({ variable: flag, path, mayBeSecret: false }, 'USAGE');
}
