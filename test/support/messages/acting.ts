import { boundValues } from '../../../src/core/audience.ts';
import { NotDone } from '../../../src/core/client.ts';
import type { Delivery, Message } from '../../../src/core/messages.ts';
import type { Provider } from '../../../src/core/provider.ts';
import { Secret } from '../../../src/core/secret.ts';
import { createActing } from '../../../src/verify/acting.ts';
import { createMail } from '../../../src/verify/mail.ts';
import { senderFor } from '../../../src/verify/send.ts';
import type { Environment } from '../cli.ts';
import { sampleOf } from '../samples.ts';

export const aMessage: Message = {
  title: 'Release started: Acme 2.4.0',
  facts: [{ name: 'Branch', value: 'release/2.4' }],
  link: 'https://acme.test/r?a=1&b=2',
};

/** Sends to one destination of a provider's sample, as the product does. @returns what became of it, or why not */
export async function sent(
  provider: Provider,
  destination: string,
  { env, without = [] }: { env: Environment; without?: readonly string[] },
): Promise<Delivery | NotDone> {
  const { stored, credentials } = sampleOf(provider.name);
  const secrets = Object.fromEntries(credentials.map(({ column, value }) => [column, new Secret(value)]));
  const values = Object.fromEntries(
    Object.entries({ ...stored, ...secrets }).filter(([name]) => !without.includes(name)),
  );
  const now = () => new Date();
  const sender = senderFor({ env, allowHttp: false, now, perHost: 4 });
  const { client } = createActing(provider, boundValues(provider, values as never), {
    env,
    now,
    sender,
    mail: createMail(env, 2_000),
    divert: async () => {},
    signal: AbortSignal.timeout(10_000),
  });
  const actions = provider.actions.message;
  if (!actions) throw new Error(`${provider.name} sends no messages`);
  const row = {
    text: (field: string) => (typeof values[field] === 'string' ? values[field] : undefined),
    list: (field: string) => (Array.isArray(values[field]) ? (values[field] as string[]) : []),
    has: (field: string) => values[field] !== undefined,
  };
  const found = actions.destinations(row).find(({ name }) => name === destination);
  if (!found) throw new Error(`${provider.name} has no destination ${destination}`);
  try {
    return await actions.send(client, actions.payload(row, aMessage, found, 'ab'.repeat(32)));
  } catch (error) {
    if (error instanceof NotDone) return error;
    throw error;
  } finally {
    await sender.close();
  }
}
