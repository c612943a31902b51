import type { Environment } from '../../src/config/environment.ts';
import { boundValues } from '../../src/core/audience.ts';
import { type FieldValue, isCredential } from '../../src/core/field.ts';
import { originsOf } from '../../src/core/origins.ts';
import type { Provider } from '../../src/core/provider.ts';
import { Secret } from '../../src/core/secret.ts';
import type { Check, CheckName, Verdict } from '../../src/core/verification.ts';
import { providers } from '../../src/providers/index.ts';
import { createHostQueue } from '../../src/verify/host-queue.ts';
import { createMail } from '../../src/verify/mail.ts';
import { verdictOf } from '../../src/verify/probe.ts';
import { createSender, type Sender } from '../../src/verify/send.ts';
import { standInsOf } from '../../src/verify/stand-ins.ts';

export interface AskOptions {
  env?: Environment;
  /** Servers in place of origins that a configured address names. */
  moved?: Readonly<Record<string, string>>;
  /** Of the whole verification; 10 s where it is not said. */
  timeoutMs?: number;
  perHost?: number;
  allowHttp?: boolean;
  /** When the credential is known to end. */
  knownEnd?: Date;
  now?: Date;
}

/**
 * Asks a provider as `verify` does, through the real transport.
 * @param values by column; text of a credential's column is taken as the credential
 * @throws when the verdict shows a credential in any form
 */
export async function ask(
  provider: Provider,
  values: Readonly<Record<string, FieldValue | undefined>>,
  options: AskOptions = {},
): Promise<Verdict> {
  const { env = {}, timeoutMs = 10_000, perHost = 4, allowHttp = false, knownEnd } = options;
  const now = () => new Date(options.now ?? Date.now());
  const open = opened(provider, values);
  const moved = options.moved ?? {};
  const movedTo = Object.entries(moved).map(([from, base]) => ({
    variable: '',
    replaced: originsOf([from])[0] ?? '',
    origin: new URL(base).origin,
  }));
  const standIns = [...standInsOf(env), ...movedTo];
  const sender = moving(createSender({ env, queue: createHostQueue(perHost), allowHttp, now, standIns }), moved);
  try {
    const verdict = await verdictOf(provider.verification, open, knownEnd, {
      env,
      sender,
      mail: createMail(env, timeoutMs),
      now,
      signal: AbortSignal.timeout(timeoutMs),
      divert: async () => {},
    });
    const secrets = Object.values(open).flatMap((value) => (value instanceof Secret ? [value.reveal()] : []));
    refuseLeaks(verdict, secrets);
    return verdict;
  } finally {
    await sender.close();
  }
}

function moving(sender: Sender, moved: Readonly<Record<string, string>>): Sender {
  const move = (url: string) =>
    Object.entries(moved).reduce(
      (to, [from, base]) => (to.startsWith(`${from}/`) ? base + to.slice(from.length) : to),
      url,
    );
  return {
    ...sender,
    send: (request, signal) =>
      sender.send(typeof request.url === 'string' ? { ...request, url: move(request.url) } : request, signal),
  };
}

/** `credential: passed, resource: failed`: the checks of a verdict in one line. */
export function told({ checks }: Verdict): string {
  return checks.map(({ name, outcome }) => `${name}: ${outcome}`).join(', ');
}

export function checkOf({ checks }: Verdict, name: CheckName): Check {
  const check = checks.find((each) => each.name === name);
  if (!check) throw new Error(`the verdict has no check ${name}`);
  return check;
}

/** @throws when the text or value shows one of the secrets: as it is, in base64, or encoded for an address */
export function refuseLeaks(shown: unknown, secrets: readonly string[]): void {
  const text = typeof shown === 'string' ? shown : JSON.stringify(shown);
  for (const secret of secrets.filter((each) => each.length >= 8)) {
    const plain = Buffer.from(secret);
    const forms = [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      // What stands in front shifts base64, so only the middle that all three shifts share with it is looked for.
      ...[0, 1, 2].map((shift) =>
        plain.subarray(shift, plain.length - ((plain.length - shift) % 3)).toString('base64'),
      ),
      plain.toString('base64url'),
    ];
    if (forms.some((form) => text.includes(form))) throw new Error('the verdict shows a credential');
  }
}

/** Values with what stands in the columns of credentials as credentials, which go where these lead; those of an SCM's token too, which its pipelines use. */
export function opened(
  provider: Provider,
  values: Readonly<Record<string, FieldValue | undefined>>,
): Record<string, FieldValue | undefined> {
  const credentials = provider.fields.filter(isCredential).map(({ name }) => name);
  const scm = providers.find(({ name }) => name === provider.scm);
  const secrets = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' && [...credentials, 'accessToken'].includes(name) ? new Secret(value) : value,
    ]),
  );
  return boundValues(provider, scm ? boundValues(scm, secrets) : secrets);
}
