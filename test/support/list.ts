import type { FieldValue } from '../../src/core/field.ts';
import type { Provider } from '../../src/core/provider.ts';
import { Secret } from '../../src/core/secret.ts';
import { type Listed, listChoices } from '../../src/verify/list-choices.ts';
import type { VerifyOptions } from '../../src/verify/verify.ts';
import { opened, refuseLeaks } from './verify.ts';

/**
 * Lists the choices for a field as the product does, through the real transport.
 * @param values by column; text of a credential's column is taken as the credential
 * @throws when what is listed shows a credential in any form
 */
export async function list(
  provider: Provider,
  field: string,
  values: Readonly<Record<string, FieldValue | undefined>>,
  options: Partial<VerifyOptions> = {},
): Promise<Listed> {
  const open = opened(provider, values);
  const listed = await listChoices(
    { provider, tenantId: '', field, values: open },
    {
      env: {},
      concurrency: 8,
      perHost: 4,
      timeoutMs: 10_000,
      allowHttp: false,
      now: () => new Date(),
      interrupted: new AbortController().signal,
      divert: async () => {},
      ...options,
    },
  );
  const secrets = Object.values(open).flatMap((value) => (value instanceof Secret ? [value.reveal()] : []));
  refuseLeaks(listed, secrets);
  return listed;
}

/** The values of the choices; the reason where there are none. */
export function valuesOf(listed: Listed): string[] | string {
  return 'reason' in listed ? listed.reason : listed.choices.map(({ value }) => value);
}
