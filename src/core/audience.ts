import { invalid } from './error.ts';
import type { Field, FieldValues } from './field.ts';
import { isSameAudience, originsOf } from './origins.ts';
import type { Plain, Provider } from './provider.ts';
import { Secret } from './secret.ts';
import { sentenceList } from './text.ts';

/** Where a credential may go, as an integration with these values has it. */
export function audienceOf(provider: Provider, { addressed }: Field, values: Plain): readonly string[] {
  return addressed ? provider.audience(values) : [];
}

/** The values, with each credential that was just given bound to where they lead. */
export function boundValues<Values extends FieldValues>(provider: Provider, values: Values): Values {
  const bound: Record<string, Secret> = {};
  for (const field of provider.fields) {
    const value = values[field.name];
    if (value instanceof Secret && !value.audience)
      bound[field.name] = value.boundTo(audienceOf(provider, field, values));
  }
  return { ...values, ...bound };
}

/**
 * The credentials that would stay while they are to be sent elsewhere: each has to be given anew, for nobody has said
 * that it is meant for there.
 * @param stored by column; a credential is null where it is not set
 * @param given what is to be stored in place of that
 */
export function staleCredentials(provider: Provider, stored: Plain, given: Plain): Field[] {
  if (Object.entries(given).every(([column, value]) => stored[column] === value)) return [];
  const after = { ...stored, ...given };
  return provider.fields.filter(
    (field) =>
      field.credential &&
      (stored[field.name] ?? null) !== null &&
      given[field.name] === undefined &&
      !isSameAudience(audienceOf(provider, field, stored), audienceOf(provider, field, after)),
  );
}

/**
 * Where a new credential would go though what is given names no address that leads there, and it is not the provider's own
 * API. It may where a stored credential was meant for there. Undefined where that is not so.
 * @param stored by column, as in the row
 * @param given what is to be stored in place of that
 */
export function unnamedAudience(provider: Provider, stored: Plain, given: Plain): readonly string[] | undefined {
  const unbound = provider.fields.find(({ name, addressed }) => {
    const value = given[name];
    return addressed && value instanceof Secret && !value.audience;
  });
  if (!unbound) return undefined;
  const leads = audienceOf(provider, unbound, { ...stored, ...given });
  const hosted = originsOf(provider.apis.map(({ base }) => base));
  if (leads.every((origin) => hosted.includes(origin))) return undefined;
  return isSameAudience(audienceOf(provider, unbound, given), leads) ? undefined : leads;
}

/** The fields whose stored credentials tell where they are meant for. */
export function storedAddressed(provider: Provider, stored: Plain): Field[] {
  return provider.fields.filter(({ name, addressed }) => addressed && typeof stored[name] === 'string');
}

export const staleReason = 'has to be given again: what is stored is not meant for the new address';

/** @throws AppError VALIDATION that names the first of them */
export function refuseStaleCredentials(provider: Provider, stored: Plain, given: Plain): void {
  const fields = staleCredentials(provider, stored, given);
  const [first] = fields;
  if (!first) return;
  const names = sentenceList(fields.map(({ name }) => name));
  const flags = fields.map(({ flag }) => `--${flag} env:NAME`).join(' ');
  throw invalid(`${names} ${staleReason}`, { field: first.name, hint: `Add ${flags}` });
}
