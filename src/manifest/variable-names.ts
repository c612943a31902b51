import type { Field } from '../core/field.ts';

/** Gives each credential of an export an environment variable of its own, such as `ACME_MOBILE_ACCESS_TOKEN`. */
export interface VariableNames {
  nameOf(place: CredentialField): string;
}

export interface CredentialField {
  tenant: string;
  category: string;
  displayName: string;
  field: Field;
}

export function createVariableNames(): VariableNames {
  const taken = new Set<string>();
  return {
    nameOf({ tenant, category, displayName, field }) {
      const rest = [displayName, field.flag];
      const short = variable([tenant, ...rest]);
      const long = variable([tenant, category, ...rest]);
      let name = taken.has(short) ? long : short;
      for (let number = 2; taken.has(name); number += 1) name = `${long}_${number}`;
      taken.add(name);
      return name;
    },
  };
}

/** What no letter of a variable can say is left out; our own variables are no credentials. */
function variable(words: readonly string[]): string {
  const name = words
    .map((word) =>
      word
        .normalize('NFKD')
        .replace(/\p{M}/gu, '')
        .replace(/[^A-Za-z0-9]+/g, '_')
        .replace(/^_+|_+$/g, ''),
    )
    .filter((word) => word !== '')
    .join('_')
    .toUpperCase();
  return /^(\d|INTEGRATIONS_)/.test(name) ? `_${name}` : name;
}
