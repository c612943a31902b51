import type { Field, FieldValues } from './field.ts';
import type { Plain, Provider } from './provider.ts';
import { Secret } from './secret.ts';

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
