import type { Knex } from 'knex';
import type { Effects } from '../core/effects.ts';
import type { Location } from './location.ts';

export type Engine = 'sqlite' | 'mysql';

/** A connection pool or a transaction: queries run on either. */
export type Queries = Knex;

/** An open database. */
export interface Database {
  readonly engine: Engine;
  readonly location: Location;
  readonly queries: Queries;
  /** How many transactions it takes at a time. */
  readonly writers: number;
  /**
   * Runs `work` in one transaction: all of it is stored, or nothing. On a server it is run again from its start when
   * the server took it back or went away, so that it changes nothing but the database, and reads what it depends on.
   * Where the answer to COMMIT was lost, the transaction's witness tells whether it is stored; `work` that names none
   * must be one that may be stored twice.
   */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  /** Runs what is no transaction, and may be done twice, again while the server is gone or refuses it. */
  repeated<T>(work: () => Promise<T>): Promise<T>;
  /** What a run has stored by it, and what is under way. */
  readonly effects: Effects;
  /** Tells a person what was done beside what was asked for. */
  readonly warn: (text: string) => void;
  close(): Promise<void>;
}
