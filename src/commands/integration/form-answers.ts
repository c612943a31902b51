import { differingValues } from '../../app/integrations.ts';
import { storedValues } from '../../app/present.ts';
import type { TenantScope } from '../../app/scope.ts';
import type { Context } from '../../context.ts';
import { staleCredentials } from '../../core/audience.ts';
import { type Field, type FieldValue, type FieldValues, readField } from '../../core/field.ts';
import type { Provider } from '../../core/provider.ts';
import type { Integration } from '../../db/stores/codec.ts';
import type { Picked } from '../../input/pick.ts';
import { openValues, type VerifyOptions } from '../../verify/verify.ts';
import { confirmAddress } from './confirm-address.ts';

/** An integration that a person is led through. */
export interface Guidance {
  scope: TenantScope;
  provider: Provider;
  options: VerifyOptions;
  /** The one that is changed; undefined for a new one. */
  found?: Integration;
  /** Values that were given otherwise, as their fields read them. */
  given?: FieldValues;
  /** Answers of an earlier time, which Enter takes. */
  draft?: FieldValues;
  /** Is told after each answer what is answered so far. */
  remember?: (answered: FieldValues) => Promise<void>;
}

/** What is stored and what was answered. */
export interface Answers {
  readonly stored: FieldValues;
  readonly values: Record<string, FieldValue>;
  /** What is stored, and above it what was answered; a stored credential stands as `true`. */
  known(): FieldValues;
  /** The same with its credentials opened. @throws AppError KEY_UNAVAILABLE | DECRYPTION_FAILED */
  whole(): Promise<FieldValues>;
  has(name: string): boolean;
  /** The credentials that are stored, and have to be given again. */
  stale(): Field[];
  /** Asks whether new credentials may go where only the database says. */
  confirmAddress(): Promise<boolean>;
  take(picked: Picked): void;
}

export function createAnswers(context: Context, { scope, provider, found, given }: Guidance): Answers {
  const stored = found ? storedValues(provider, found) : {};
  const values: Record<string, FieldValue> = { ...(given as Record<string, FieldValue>) };
  const known = (): FieldValues => ({ ...stored, ...values });
  const has = (name: string) => (known()[name] ?? null) !== null;
  return {
    stored,
    values,
    known,
    has,
    stale: () => staleCredentials(provider, stored, values),

    async whole() {
      if (!found) return { ...values };
      const opener = await scope.opener();
      const opened = await scope.deps.withNewKeys(() => openValues(provider.category, found, opener, values));
      return { ...opened, ...values };
    },

    async confirmAddress() {
      // An address that Enter has kept is the database's still.
      const confirmed =
        found && (await confirmAddress(context, { scope, provider, found }, differingValues(found, values)));
      Object.assign(values, confirmed);
      return !found || confirmed !== undefined;
    },

    take(picked) {
      for (const [name, answer] of Object.entries(picked)) {
        const field = provider.fields.find((each) => each.name === name);
        if (!field || answer === undefined) continue;
        if (answer === null && !has(name) && !field.emptiable) delete values[name];
        else values[name] = answer === null ? null : readField(field, answer, context.warn);
      }
    },
  };
}
