import type { Client } from '../../core/client.ts';
import { AppError } from '../../core/error.ts';
import type { Provider } from '../../core/provider.ts';
import { categoryOf, type Integration, providerOf } from '../../db/stores/codec.ts';
import type { TenantScope } from '../scope.ts';
import { toldError } from './errors.ts';
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
 * Asks with the integration's credentials, opened; one that is hosted with its SCM has that one's. Whatever its provider
 * says against it is an error that a user can act on.
 * @throws AppError KEY_UNAVAILABLE | DECRYPTION_FAILED, one for a row that lacks something, and what `work` throws
 */
export async function connectedTo<T>(
  scope: TenantScope,
  row: Integration,
  options: RunOptions,
  work: (connection: Connected) => Promise<T>,
): Promise<T> {
  let redact = (text: string) => text;
  let provider = 'the provider';
  try {
    return await asked(scope, row, options, (connection) => {
      redact = connection.redact;
      provider = connection.provider.titleInText;
      return work(connection);
    });
  } catch (error) {
    const told = toldError(error, { provider, redact });
    throw told instanceof AppError ? await withNames(scope, row, told) : told;
  }
}

/** The tables of answers know verbs; the commands that a person copies name the integration too. */
async function withNames(scope: TenantScope, row: Integration, error: AppError): Promise<AppError> {
  const { code, message, hint, ...parts } = error;
  if (hint === undefined) return error;
  const { namedCommandsOf } = await import('../../verify/named-commands.ts');
  const isHosted = providerOf(categoryOf(row), row).scm !== undefined;
  const owner = isHosted ? await scope.stores.scm.get(String(row['scmIntegrationId'])).catch(() => undefined) : row;
  return owner ? new AppError(code, message, { ...parts, hint: namedCommandsOf(hint, { row, owner }) }) : error;
}

async function asked<T>(
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
