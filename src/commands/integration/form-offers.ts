import { isUniqueColumn, readTaken, ruleOf, type WhyTaken } from '../../app/addable.ts';
import type { Context } from '../../context.ts';
import { AppError } from '../../core/error.ts';
import type { Field, FieldValue, FieldValues } from '../../core/field.ts';
import { linkColumns } from '../../core/links.ts';
import type { Choice } from '../../core/listing.ts';
import type { Integration } from '../../db/stores/codec.ts';
import type { Offer, Offered } from '../../input/pick.ts';
import { listChoices, mayList } from '../../verify/list-choices.ts';
import { withScm } from '../../verify/verify.ts';
import type { Answers, Guidance } from './form-answers.ts';

/** What a provider lists for a field, in the light of what is answered so far. */
export interface Offers {
  /** Asks whose things are listed, where the provider is hosted by itself and by others. */
  askServer(back: boolean): Promise<boolean>;
  offer(field: Field): Promise<Offer | undefined>;
  /** What leads to the server that was named, by the field that will hold its address. */
  named(): FieldValues;
}

export function offersOf(
  context: Context,
  { scope, provider, options, found, draft = {} }: Guidance,
  { known, whole, has, stale, confirmAddress }: Answers,
): Offers {
  const [open, { hosted } = {}] = Object.entries(provider.listings).find(([, listing]) => listing.hosted) ?? [];
  let server: string | undefined;
  const marked = markerOf(context, { scope, provider, found }, known);

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

  return {
    named: () => (open !== undefined && server !== undefined ? { [open]: server } : {}),

    async askServer(back) {
      if (open === undefined || hosted === undefined) return false;
      const address = draft[open] ?? known()[open];
      if (back ? server === undefined : server === undefined && address !== undefined) return false;
      server = await context.ask.text({
        message: 'Server:',
        help: ['Where it is hosted: there, or on a server of your own'],
        default: server ?? hosted,
        check: (typed) =>
          /^https?:$/.test(URL.parse(typed.trim())?.protocol ?? '')
            ? undefined
            : 'Type an address such as https://git.acme.test',
      });
      server = server.trim();
      return true;
    },

    async offer(field) {
      const listing = provider.listings[field.name];
      if (!listing || stale().length > 0) return undefined;
      const values: Record<string, FieldValue | undefined> = { ...(await asking()) };
      const request = { provider, tenantId: scope.tenant.id, field: field.name, values };
      // A credential goes to no server that nobody named.
      if (field.name === open && (server !== undefined || !has(field.name))) values[field.name] = server ?? draft[open];
      if (!mayList(request) || !(await confirmAddress())) return undefined;
      const listed = await context.wait(`Asking ${provider.title} what there is`, () => listChoices(request, options));
      return 'choices' in listed ? { ...listed, choices: await marked(field, listed.choices) } : listed;
    },
  };
}

/** What could not be stored is shown, and cannot be chosen. */
function markerOf(
  context: Context,
  { scope, provider, found }: Pick<Guidance, 'scope' | 'provider'> & { found: Integration | undefined },
  known: Answers['known'],
): (field: Field, choices: readonly Choice[]) => Promise<Offered[]> {
  const { category, type } = provider;
  let taken: WhyTaken | undefined;
  return async (field, choices) => {
    taken ??= await readTaken(scope, provider, found?.id);
    const offered = choices.map((choice): Offered => {
      const filled = { [field.name]: choice.value, ...choice.also };
      if (!Object.keys(filled).some((column) => isUniqueColumn(category, column))) return choice;
      return { ...choice, disabled: taken?.({ ...known(), [category.typeColumn]: type, ...filled }) };
    });
    if (offered.some(({ disabled }) => disabled !== undefined)) context.note(`  ${ruleOf(category)}`);
    return offered;
  };
}
