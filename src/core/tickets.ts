import type { Client } from './client.ts';
import type { Json, JsonObject } from './field.ts';
import type { Filled, TemplateText } from './ticket-text.ts';
import type { Probe } from './verification.ts';

/** `done` by what its provider calls finished, whatever the word there; `trashed`: it is there, but nobody sees it any more. */
export type TicketState = 'open' | 'done' | 'trashed';

/** What a ticket is to say, its variables replaced. */
export interface TicketContent {
  /** One line of 1 to 255 characters. */
  title: string;
  description: TemplateText | undefined;
  labels: readonly string[];
  /** What else the template sets, under the provider's own names. */
  fields: Readonly<Record<string, Filled>>;
}

/** By what a ticket is found again, made of tenant, integration and key. */
export interface TicketMark {
  /** A label, such as `integrations-0a1b2c3d4e5f`. */
  label: string;
  /** A UUID of version 4, where the provider takes ids. */
  id: string;
}

/** What would be sent. */
export interface TicketDraft {
  url: string;
  body: Json;
  /** What the actions need beside it; it is stored, and holds no credential. */
  place: JsonObject;
}

/** What a provider knows of a ticket. */
export interface Ticket {
  state: TicketState;
  /** The provider's word for it; null where it was not asked. */
  providerState: string | null;
  /** As people call it, such as `MOB-12`; null where it is not told. */
  key: string | null;
  /** For people. */
  url: string | null;
  /** What the provider needs to be asked of it again. */
  place: JsonObject;
}

/** A page that a ticket leads to. */
export interface TicketLink {
  url: string;
  title: string;
}

/** How tickets are created, found and closed at a provider. */
export interface TicketActions {
  /** The provider's own names for what every template may say. */
  names: { title: readonly string[]; description: readonly string[]; labels: readonly string[] };
  /** How long a new ticket may be missing from searches, and how often it is looked for. */
  lag: { everyMs: number; forMs: number };
  /** The provider refuses a second ticket of the same id, so that what may have been lost can be sent again. */
  refusesSecond: boolean;
  /** Finds out what is needed; it changes nothing. @throws AppError VALIDATION | NOT_FOUND for what does not fit, Refusal | Undecided */
  draft(probe: Probe, content: TicketContent, mark: TicketMark): Promise<TicketDraft>;
  /** @throws NotDone */
  create(client: Client, draft: TicketDraft): Promise<Ticket>;
  /** All that bear the mark, oldest first. @throws Refusal | Undecided */
  find(probe: Probe, mark: TicketMark): Promise<Ticket[]>;
  /** @throws Refusal NOT_FOUND where it is gone, Undecided */
  state(probe: Probe, place: JsonObject): Promise<Ticket>;
  /** Once, however often it is called. @throws NotDone | Refusal | Undecided */
  link(client: Client, place: JsonObject, link: TicketLink): Promise<void>;
  /**
   * Moves an open ticket to what is done there.
   * @param to the name of one of several ways or states
   * @throws AppError VALIDATION where one has to be chosen; NotDone | Refusal | Undecided
   */
  close(client: Client, place: JsonObject, to: string | undefined): Promise<Ticket>;
}
