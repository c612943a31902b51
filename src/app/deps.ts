import type { KeyRing } from '../crypto/key-ring.ts';
import type { KeySource, KeyStore } from '../crypto/key-sources/index.ts';
import type { Database } from '../db/queries.ts';
import type { Actor } from '../db/stores/history.ts';
import type { Account } from '../db/stores/host.ts';
import type { Sealing } from './sealing.ts';

/**
 * What the use cases work with. Whoever hosts them makes it, once for each actor: a command, a server, a program that
 * has them as a library.
 */
export interface Deps extends Sealing {
  /** The database, its schema fit for this version. */
  database(): Promise<Database>;
  /** Who makes a change or reads a credential, for the history; to be asked for before a transaction begins. */
  actor(): Promise<Actor>;
  /** The same for what is needed first of all: an account that is named need not be there yet. */
  actorSoFar(): Promise<Actor>;
  /** The account that sets up what is new. @throws AppError USAGE where none is chosen */
  account(): Promise<Account>;
  /** Is told what a person should know, though nothing failed. */
  warn(text: string): void;
  /** Is told how far long work has come; undefined where nobody wants to know. */
  progress(total: () => Promise<number>): Promise<Advance | undefined>;
}

export interface Advance {
  /** Moves on by so many. */
  advance(by: number): void;
  stop(): void;
}

/** Where the ring is kept. */
export interface KeyDeps {
  keySource(): Promise<KeySource>;
  /** The store that holds the ring, for changing it. @throws AppError CONFLICT where the environment gives the ring */
  keyStore(): Promise<KeyStore>;
  /** The ring as it was when it was first read. @throws AppError KEY_UNAVAILABLE where there is none */
  keyRing(): Promise<KeyRing>;
}
