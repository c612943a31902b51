import type { Client } from '../../core/client.ts';
import { AppError } from '../../core/error.ts';
import type { Provider } from '../../core/provider.ts';
import { categoryOf, type Integration, providerOf } from '../../db/stores/codec.ts';
import type { TenantScope } from '../scope.ts';
import type { RunOptions } from './options.ts';

/** For one request, whatever it does. */
const requestMs = 30_000;
const perHost = 4;

const uninterrupted = new AbortController().signal;

/** How an integration's provider is asked to do something. */
export interface Connected {
  provider: Provider;
  client: Client;
  /** Masks the credentials that were sent, in whatever came back. */
  redact(text: string): string;
}

/**
 * Asks with the integration's credentials, opened; one that is hosted with its SCM has that one's.
 * @throws AppError KEY_UNAVAILABLE | DECRYPTION_FAILED, Refusal for a row that lacks something, and what `work` throws
 */
export async function connected<T>(
  scope: TenantScope,
  row: Integration,
  options: RunOptions,
  work: (connected: Connected) => Promise<T>,
): Promise<T> {
  const [{ createActing }, { withTimeout }, { senderFor }, { createMail }, { refusalOfIncomplete }] = await Promise.all(
    [
      import('../../verify/acting.ts'),
      import('../../verify/asking.ts'),
      import('../../verify/send.ts'),
      import('../../verify/mail.ts'),
      import('../../verify/incomplete.ts'),
    ],
  );
  const provider = providerOf(categoryOf(row), row);
  const values = await valuesOf(scope, row, provider);
  const refusal = refusalOfIncomplete(provider, values);
  if (refusal) throw refusal;
  const { env, now, allowHttp, trace, divert } = options;
  const sender = senderFor({ env, allowHttp, now, perHost, ...(trace ? { trace } : {}) });
  const tools = {
    env,
    now,
    mail: createMail(env, requestMs),
    divert: (standIn: Parameters<typeof divert>[0]) => divert(standIn, row.tenantId),
  };
  try {
    // Each request has its own time. Ctrl-C ends what only asks; what was sent to change something comes to its answer.
    const { client, redact } = createActing(provider, values, {
      ...tools,
      sender: {
        ...sender,
        send: (request) => withTimeout(requestMs, options.interrupted, (signal) => sender.send(request, signal)),
        sendOnce: (change) => withTimeout(requestMs, uninterrupted, (signal) => sender.sendOnce(change, signal)),
      },
      signal: uninterrupted,
    });
    return await work({ provider, client, redact });
  } finally {
    await sender.close();
  }
}

async function valuesOf(scope: TenantScope, row: Integration, provider: Provider) {
  const { openValues, withScm } = await import('../../verify/verify.ts');
  return scope.deps.withNewKeys(async () => {
    const opener = await scope.opener();
    const values = openValues(categoryOf(row), row, opener);
    if (provider.scm === undefined) return values;
    const scm = await scope.stores.scm.get(String(row['scmIntegrationId']));
    if (!scm)
      throw new AppError('CONFLICT', 'the scm that the pipeline uses is not there', { hint: 'integrations doctor' });
    return withScm(provider, values, scm, opener);
  });
}
