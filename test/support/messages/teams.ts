import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import draft06 from 'ajv/dist/refs/json-schema-draft-06.json' with { type: 'json' };
import { atEnd } from '../at-end.ts';
import { authority } from '../certificate.ts';
import type { Environment } from '../cli.ts';
import { checkout } from '../programs.ts';
import { type Exchange, type ProviderServer, providerServer, type RawReply, type Reply } from '../provider-server.ts';

export interface TeamsDouble {
  server: ProviderServer;
  env: Environment;
  /** The cards that flows were started with; each fits the schema. */
  readonly started: readonly Card[];
  /** Stands in the place of 202. */
  answer: (exchange: Exchange) => Reply | RawReply | undefined;
}

export interface Card {
  body: { type: string; text?: string; facts?: { title: string; value: string }[] }[];
  actions?: { url: string }[];
}

/** Where the sample's flow is. */
const host = 'acme.12.environment.api.powerplatform.com';

/** A flow behind its own name: the product reaches it through a proxy, which leads every name here. */
export async function teamsDouble(): Promise<TeamsDouble> {
  const ca = await authority();
  const server = await providerServer({ tls: await ca.sign({ names: [`DNS:${host}`] }) });
  const started: Card[] = [];
  const double: TeamsDouble = {
    server,
    env: { HTTPS_PROXY: await proxyTo(Number(new URL(server.url).port)), NODE_EXTRA_CA_CERTS: ca.path },
    started,
    answer: () => undefined,
  };
  server.on('POST', /\/triggers\/manual\/paths\/invoke$/, (exchange) => {
    const misfits = cardMisfits(JSON.parse(exchange.body));
    if (misfits.length > 0) throw new Error(misfits.join('\n'));
    const own = double.answer(exchange);
    if (own) return own;
    started.push(JSON.parse(exchange.body).attachments[0].content);
    return { status: 202 };
  });
  return double;
}

/** What speaks against a request to a flow: its envelope, then the card. */
export function cardMisfits(payload: {
  type?: unknown;
  attachments?: { contentType?: unknown; contentUrl?: unknown; content?: { type?: unknown } }[];
}): string[] {
  const [attachment] = payload.attachments ?? [];
  const isEnvelope =
    payload.type === 'message' &&
    attachment?.contentType === 'application/vnd.microsoft.card.adaptive' &&
    attachment.contentUrl === null &&
    attachment.content?.type === 'AdaptiveCard';
  if (!isEnvelope) return [`no envelope with one card: ${JSON.stringify(payload).slice(0, 200)}`];
  const validate = cardSchema();
  return validate(attachment.content)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** It is of draft 6, whose meta-schema ajv keeps apart, and has an `id` that ajv no longer takes. */
function cardSchema() {
  const path = join(checkout, '..', 'shared', 'provider-specs', 'adaptive-card-1.4.0.schema.json');
  const { id: _, ...schema } = JSON.parse(readFileSync(path, 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: false });
  ajv.addMetaSchema(draft06);
  return ajv.compile(schema);
}

async function proxyTo(port: number): Promise<string> {
  const sockets = new Set<Socket>();
  const proxy = createServer();
  proxy.on('connect', (_request, client: Socket) => {
    const there = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      there.pipe(client).pipe(there);
    });
    for (const socket of [client, there]) {
      sockets.add(socket);
      socket.on('error', () => [client, there].forEach((each) => void each.destroy()));
    }
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  atEnd(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => proxy.close(resolve));
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}
