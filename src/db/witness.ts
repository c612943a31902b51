import type { Queries } from './queries.ts';

/** A row that one transaction inserts, under an id that was made for it: where it is, all of the transaction is. */
export interface Witness {
  table: string;
  id: string;
}

const witnesses = new WeakMap<Queries, Witness>();

/**
 * Names a row that this transaction inserts. By it a transaction is recognized whose COMMIT was sent and never
 * answered; of several rows the last one named counts.
 */
export function addWitness(transaction: Queries, witness: Witness): void {
  witnesses.set(transaction, witness);
}

export function witnessOf(transaction: Queries): Witness | undefined {
  return witnesses.get(transaction);
}

/** Whether it is stored; waits where that is being decided. */
export async function isStored(queries: Queries, { table, id }: Witness): Promise<boolean> {
  // A row that is neither committed nor taken back yet is locked.
  return (await queries(table).where({ id }).first('id').forShare()) !== undefined;
}
