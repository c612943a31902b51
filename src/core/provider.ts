import type { Actions } from './actions.ts';
import { type Category, type CategoryName, categories } from './category.ts';
import { commonFields } from './common-fields.ts';
import { type Field, type FieldDraft, type FieldValues, Unfit } from './field.ts';
import type { Listing } from './listing.ts';
import { originsOf } from './origins.ts';
import { isRecord } from './record.ts';
import { kebab } from './text.ts';
import type { ToolEnvironment } from './tool-environment.ts';
import type { HostedApi, Verification } from './verification.ts';

/** Values by column, read or stored, of which only plain ones matter. */
export type Plain = Readonly<Record<string, unknown>>;

/** A value that does not fit the others: the field it is about and a clause such as `must be on the same host`. */
export interface Misfit {
  field: string;
  reason: string;
}

/** Text that fills several fields at once, such as a service account's key file. Its parts are credentials or not as the fields say. */
export interface Bundle {
  readonly name: string;
  readonly flag: string;
  readonly label: string;
  readonly help: string;
  /** The fields that it fills. */
  readonly fills: readonly string[];
  /** @throws Unfit */
  unpack(text: string): Record<string, string>;
}

export interface Provider {
  /** As on the command line, such as `github-actions`. */
  readonly name: string;
  /** As in the database, such as `GITHUB_ACTIONS`. */
  readonly type: string;
  readonly title: string;
  /** The title inside a sentence. */
  readonly titleInText: string;
  readonly category: Category;
  /** Every field of an integration, the category's own among them, in the order in which a person is asked. */
  readonly fields: readonly Field[];
  /** The field that a list shows of an integration, for people to tell it from others. */
  readonly listField: string;
  readonly bundles: readonly Bundle[];
  /** The APIs that it hosts itself; those of servers of one's own are told by fields. */
  readonly apis: readonly HostedApi[];
  /** The SCM provider that a pipeline of this kind needs; undefined: any. */
  readonly scm: string | undefined;
  /** Whether the provider says when a credential ends; where it does not, only people can. */
  readonly tellsExpiry: boolean;
  /** How it is asked whether an integration works. */
  readonly verification: Verification;
  /** What can be done there. */
  readonly actions: Actions;
  /** By field, what the provider can list for it. */
  readonly listings: Readonly<Record<string, Listing>>;
  /** What release tools read of an integration; nothing where there is no such tool. */
  readonly environment: ToolEnvironment;
  /** The origins that its credentials are sent to, as the fields of the kind `url` have them; none where these lead nowhere. */
  readonly audience: (values: Plain) => readonly string[];
  /** Checks values against each other; sees what will be stored. */
  readonly misfits: (values: FieldValues) => Misfit[];
}

interface ProviderDraft<Column extends string> {
  name: string;
  title: string;
  /** Only where it is not the title. */
  titleInText?: string;
  category: CategoryName;
  /** What the columns start with, and the flags do not. */
  prefix?: string;
  fields: Record<Column, FieldDraft>;
  listField: NoInfer<Column>;
  bundles?: Bundle[];
  apis?: HostedApi[];
  /** The addresses that its credentials are sent to. @throws Unfit for values that lead nowhere */
  audience?: (values: Plain) => readonly string[];
  scm?: string;
  tellsExpiry?: true;
  verification: Verification;
  actions?: Actions;
  listings?: Readonly<Record<string, Listing>>;
  environment?: ToolEnvironment;
  misfits?: (values: FieldValues) => Misfit[];
}

export function defineProvider<Column extends string>(given: ProviderDraft<Column>): Provider {
  const category = categories[given.category];
  const { leading, trailing } = commonFields[given.category];
  const entries = [leading, given.fields, trailing].flatMap((fields) => Object.entries<FieldDraft>(fields));
  return {
    name: given.name,
    type: given.name.toUpperCase().replaceAll('-', '_'),
    title: given.title,
    titleInText: given.titleInText ?? given.title,
    category,
    fields: entries.map(([name, draft]) => bind(name, draft, given.prefix)),
    listField: given.listField,
    bundles: given.bundles ?? [],
    apis: given.apis ?? [],
    scm: given.scm,
    tellsExpiry: given.tellsExpiry ?? false,
    verification: given.verification,
    actions: given.actions ?? {},
    listings: given.listings ?? {},
    environment: given.environment ?? (() => []),
    audience: (values) => audienceAt(given.audience, values),
    misfits: given.misfits ?? (() => []),
  };
}

function audienceAt(addresses: ProviderDraft<string>['audience'], values: Plain): readonly string[] {
  try {
    return originsOf(addresses?.(values) ?? []);
  } catch (error) {
    if (error instanceof Unfit) return [];
    throw error;
  }
}

function bind(name: string, draft: FieldDraft, prefix = ''): Field {
  const short = prefix !== '' && name.startsWith(prefix) ? name.slice(prefix.length) : name;
  const { take, ...rest } = draft;
  return {
    ...rest,
    name,
    flag: draft.flag ?? kebab(short).replace(/^-/, ''),
    read(input) {
      try {
        return take(input);
      } catch (error) {
        if (error instanceof Unfit) return error;
        throw error;
      }
    },
  };
}

/** Whether a pipeline of this kind can build from an SCM of that provider. */
export function fitsScm(pipeline: Provider, scm: Provider): boolean {
  return pipeline.scm === undefined || pipeline.scm === scm.name;
}

/** What speaks against the names of a pipeline's environment, where its provider takes fewer than others. */
export function misnamed({ environmentVariables }: FieldValues, taken: RegExp, shape: string): Misfit[] {
  const names = isRecord(environmentVariables) ? Object.keys(environmentVariables) : [];
  if (names.every((name) => taken.test(name))) return [];
  return [{ field: 'environmentVariables', reason: `has a name that is not ${shape}` }];
}
