import { boundValues } from '../core/audience.ts';
import { type Field, Unfit } from '../core/field.ts';
import type { Choice, Listing } from '../core/listing.ts';
import type { Provider } from '../core/provider.ts';
import { hasUnprintable, quotable } from '../core/text.ts';
import { type Probe, Refusal } from '../core/verification.ts';
import { aborted } from './aborted.ts';
import { createAsking, type OpenValues, problemOf, withTimeout } from './asking.ts';
import { judge } from './judge.ts';
import { createMail } from './mail.ts';
import { senderFor } from './send.ts';
import type { VerifyOptions } from './verify.ts';

/** More than this nobody looks through; what is meant can be typed. */
const maxChoices = 1000;
/** Pages can be empty, and a provider may always name another one. */
const maxPages = 50;

export interface ListingRequest {
  provider: Provider;
  /** Whose credentials it asks with. */
  tenantId: string;
  /** The field that is to be filled. */
  field: string;
  /** What is known so far, by column, of which what was just given goes where they lead; for a pipeline that is hosted with its SCM, that SCM's values too (`withScm`). */
  values: OpenValues;
}

export type Listed =
  | {
      /** At least one, each fit for its field, in the provider's order. */
      choices: readonly Choice[];
      /** Whether these are all of them. */
      complete: boolean;
    }
  | {
      /** Why there is nothing to pick from: a clause without a full stop. */
      reason: string;
      hint: string | null;
      /** What the provider refuses: the credential, or the place that is named with it; null where that stays open. */
      refused: 'credential' | 'place' | null;
    };

/** Whether there is something to ask the provider: it lists the field, and all that it needs for that has values. */
export function mayList({ provider, field, values }: Omit<ListingRequest, 'tenantId'>): boolean {
  const listing = listingOf(provider, field);
  const has = (name: string) => values[name] !== undefined && values[name] !== null && values[name] !== '';
  if (!listing) return false;
  return listing.needs.every(has) && (listing.hosted === undefined || has(field));
}

/**
 * Asks the provider what there is for a field; within the time of one integration. Whatever goes wrong is a reason.
 * @throws nothing; a field without a listing, or asked too early, is a programming error
 */
export async function listChoices(request: ListingRequest, options: VerifyOptions): Promise<Listed> {
  const { provider, tenantId, field, values } = request;
  const listing = listingOf(provider, field);
  if (!listing || !mayList(request)) throw new Error(`${provider.name} cannot list ${field} now`);
  const { env, now, timeoutMs, interrupted } = options;
  const { verification } = provider;
  const sender = senderFor(options);
  try {
    return await withTimeout(timeoutMs, interrupted, async (signal) => {
      const { asking, redactor } = createAsking(
        boundValues(provider, values),
        {
          env,
          sender,
          mail: createMail(env, timeoutMs),
          now,
          signal,
          divert: (standIn) => options.divert(standIn, tenantId),
        },
        (answer, asksFor) => judge(answer, { credentialProven: true, now: now(), asksFor }, verification.answers),
      );
      const probe: Probe = { ...asking, endsAt() {}, accountIs() {}, check: (_name, step) => step() };
      const found: Choice[] = [];
      const end = await Promise.race([gather(listing, probe, found), aborted(signal)]).catch((error: unknown) => error);
      const choices = fitting(provider, field, found, redactor());
      // What came before a fault is good.
      if (choices.length > 0) return { choices: choices.slice(0, maxChoices), complete: end === 'all' };
      return end === 'all' || end === 'cut' ? none : nothingToPick(field, end, redactor());
    });
  } finally {
    await sender.close();
  }
}

const none: Listed = {
  reason: 'the provider lists none that the credential can see',
  hint: 'Check what the credential has access to.',
  refused: null,
};

function nothingToPick(field: string, error: unknown, redact: (text: string) => string): Listed {
  if (error instanceof Unfit) return { reason: `${field} ${error.message}`, hint: null, refused: null };
  const problem = problemOf(error);
  const { message, hint } = problem;
  return {
    reason: redact(message),
    hint: hint === undefined ? null : redact(hint),
    refused: problem instanceof Refusal ? (problem.kind === 'NOT_FOUND' ? 'place' : 'credential') : null,
  };
}

function listingOf({ listings }: Provider, field: string): Listing | undefined {
  return Object.hasOwn(listings, field) ? listings[field] : undefined;
}

async function gather(listing: Listing, probe: Probe, found: Choice[]): Promise<'all' | 'cut'> {
  let pages = 0;
  for await (const page of listing.pages(probe)) {
    found.push(...page);
    pages += 1;
    if (found.length > maxChoices || pages === maxPages) return 'cut';
  }
  return 'all';
}

/** The choices that their field takes, in the form in which it is stored, each once; and nothing that repeats a credential. */
function fitting(
  provider: Provider,
  name: string,
  found: readonly Choice[],
  redact: (text: string) => string,
): Choice[] {
  const field = (column: string) => provider.fields.find((each) => each.name === column);
  const take = (column: string, text: string | undefined) => {
    const taken = text === undefined ? undefined : taking(field(column), text);
    return taken !== undefined && !hasUnprintable(taken) && redact(taken) === taken ? taken : undefined;
  };
  const shown = (text: string | undefined) => (text && redact(text) === text ? quotable(text) : undefined);
  const byValue = new Map<string, Choice>();
  for (const { value: given, label, hint, also = {} } of found) {
    const value = take(name, given);
    if (value === undefined || byValue.has(value)) continue;
    const others = Object.entries(also).map(([column, text]) => [column, take(column, text)] as const);
    byValue.set(value, {
      value,
      label: shown(label),
      hint: shown(hint),
      also: Object.fromEntries(others.filter(([, text]) => text !== undefined)),
    });
  }
  return [...byValue.values()];
}

/** As the field stores it; undefined where it does not take it. */
function taking(field: Field | undefined, text: string): string | undefined {
  const reading = field?.read(field.kind === 'list' ? [text] : text);
  if (!reading || reading instanceof Unfit) return undefined;
  const [entry] = [reading.value].flat();
  return typeof entry === 'string' ? entry : undefined;
}
