import type { CategoryName } from '../core/category.ts';
import type { FieldKind, Json } from '../core/field.ts';
import type { Link } from '../core/links.ts';
import type { Suggestion } from '../core/notify-events.ts';

/** A provider as a form needs it; `provider show` tells the same for the command line. */
export interface ProviderDescription {
  name: string;
  category: CategoryName;
  /** As in the database. */
  type: string;
  title: string;
  /** The provider that the SCM of such a pipeline must be of; null: any. */
  scm: string | null;
  /** In the order in which a person is asked. */
  fields: FieldDescription[];
}

export interface FieldDescription {
  name: string;
  label: string;
  help: string;
  kind: FieldKind;
  credential: boolean;
  required: boolean;
  /** Needed as soon as one of these is given. */
  requiredWith: string[];
  /** Needed unless this one is given. */
  requiredUnless: string | null;
  /** Worth asking for although it is optional. */
  asked: boolean;
  default: Json;
  example: string | null;
  /** The words of a person for a list that was never set, and for one with nothing in it. */
  inWords: { unset: string; empty: string } | null;
  suggestions: Suggestion[];
  references: Link | null;
  whereToGet: string | null;
  permissions: string | null;
  /** Pages on which a credential is made. */
  madeAt: string[];
}
