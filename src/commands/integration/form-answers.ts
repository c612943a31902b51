import { isUniqueColumn, readTaken, ruleOf, type WhyTaken } from '../../app/addable.ts';
import { differingValues } from '../../app/integrations.ts';
import { storedValues } from '../../app/present.ts';
import type { TenantScope } from '../../app/scope.ts';
import type { Context } from '../../context.ts';
import { staleCredentials } from '../../core/audience.ts';
import { AppError } from '../../core/error.ts';
import { type Field, type FieldValue, type FieldValues, readField } from '../../core/field.ts';
import { linkColumns } from '../../core/links.ts';
import type { Choice } from '../../core/listing.ts';
import type { Provider } from '../../core/provider.ts';
import type { Integration } from '../../db/stores/codec.ts';
import type { Offer, Offered, Picked } from '../../input/pick.ts';
import { listChoices, mayList } from '../../verify/list-choices.ts';
import { openValues, type VerifyOptions, withScm } from '../../verify/verify.ts';
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
  /** Plain answers of an earlier time, which Enter takes. */
  draft?: FieldValues;
  /** Is told after each answer what is answered so far, without credentials. */
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

/** What a provider lists for a field, in the light of what is answered so far. */
export function offersOf(
  context: Context,
  { scope, provider, options, found }: Guidance,
  { known, whole, has, stale, confirmAddress }: Answers,
): (field: Field) => Promise<Offer | undefined> {
  let server: string | undefined;
  let taken: WhyTaken | undefined;

  /** What could not be stored is shown, and cannot be chosen. */
  async function marked(field: Field, choices: readonly Choice[]): Promise<Offered[]> {
    const { category, type } = provider;
    taken ??= await readTaken(scope, provider, found?.id);
    const offered = choices.map((choice): Offered => {
      const filled = { [field.name]: choice.value, ...choice.also };
      if (!Object.keys(filled).some((column) => isUniqueColumn(category, column))) return choice;
      return { ...choice, disabled: taken?.({ ...known(), [category.typeColumn]: type, ...filled }) };
    });
    if (offered.some(({ disabled }) => disabled !== undefined)) context.note(`  ${ruleOf(category)}`);
    return offered;
  }

  /** What the provider is asked with; nothing where a stored credential does not open. */
  async function asking(): Promise<FieldValues> {
    try {
      const scm = provider.scm === undefined ? undefined : await scope.stores.scm.get(String(known()[linkColumns.scm]));
      const answered = await whole();
      if (!scm) return answered;
      const opener = await scope.opener();
      return await scope.deps.withNewKeys(() => withScm(provider, answered, scm, opener));
    } catch (error) {
      if (error instanceof AppError) return {};
      throw error;
    }
  }

  /** Whose things are listed: a credential goes to no server that nobody named. */
  async function serverAt(hosted: string): Promise<string> {
    server ??= await context.ask.text({
      message: 'Server:',
      help: ['Where it is hosted: there, or on a server of your own'],
      default: hosted,
      check: (typed) =>
        /^https?:$/.test(URL.parse(typed.trim())?.protocol ?? '')
          ? undefined
          : 'Type an address such as https://git.acme.test',
    });
    return server.trim();
  }

  return async (field) => {
    const listing = provider.listings[field.name];
    if (!listing || stale().length > 0) return undefined;
    const values: Record<string, FieldValue | undefined> = { ...(await asking()) };
    const request = { provider, tenantId: scope.tenant.id, field: field.name, values };
    const isOpen = listing.hosted !== undefined && !has(field.name);
    if (isOpen) values[field.name] = listing.hosted;
    if (!mayList(request) || !(await confirmAddress())) return undefined;
    if (isOpen) values[field.name] = await serverAt(String(listing.hosted));
    const listed = await context.wait(`Asking ${provider.title} what there is`, () => listChoices(request, options));
    return 'choices' in listed ? { ...listed, choices: await marked(field, listed.choices) } : listed;
  };
}
