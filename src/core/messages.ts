import type { Client } from './client.ts';
import type { JsonObject } from './field.ts';
import type { Probe } from './verification.ts';

/** What a message says, whatever form its provider gives it. Its texts are from outside: each form escapes them. */
export interface Message {
  /** One line. */
  title: string;
  /** In the order in which they are shown. */
  facts: readonly Fact[];
  /** An address for people, with http or https. */
  link: string | undefined;
}

export interface Fact {
  name: string;
  /** May have several lines. */
  value: string;
}

/** Somewhere that a message goes, which gets it or not whatever becomes of the others. */
export interface Destination {
  /** Tells it from the others of its integration. Of a webhook, whose address is a credential, it is `webhook`. */
  name: string;
  /** The same as a history keeps it: of a person no whole address. */
  masked: string;
}

/** An integration as whoever says where its messages go sees it. */
export interface SendingRow {
  /** A plain value; undefined where it is empty. */
  text(field: string): string | undefined;
  list(field: string): readonly string[];
  /** Whether a credential is set. */
  has(field: string): boolean;
}

/** What became of a message that somebody took. */
export interface Delivery {
  /** `delivered`: it stands where people see it. `accepted`: it was taken, and nobody says whether it comes that far. */
  state: 'delivered' | 'accepted';
  /** Who took it, as a clause. */
  detail: string;
  /** The provider's own name for it; null where it has none. */
  providerId: string | null;
  /** What the provider needs to be asked of it again. */
  place: JsonObject;
}

/** How messages are sent at a provider. */
export interface MessageActions {
  destinations(row: SendingRow): Destination[];
  /**
   * What is sent to a destination, as the provider gets it; no credential is in it.
   * @param id the same for each try to send the same message there, in hex
   */
  payload(row: SendingRow, message: Message, destination: Destination, id: string): JsonObject;
  /** @throws NotDone */
  send(client: Client, payload: JsonObject): Promise<Delivery>;
  /** Where people read it, as far as the provider tells. @throws Refusal | Undecided */
  address?(probe: Probe, place: JsonObject): Promise<string | undefined>;
}
