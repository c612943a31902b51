import type { Queries } from './queries.ts';

/**
 * Runs `work` in one transaction, once. What it throws is thrown, or else what COMMIT says.
 * @param committing is called when all is done but COMMIT
 */
export async function inTransaction<T>(
  pool: Queries,
  work: (transaction: Queries) => Promise<T>,
  committing: (transaction: Queries, result: T) => void,
): Promise<T> {
  let failure: unknown;
  try {
    return await pool.transaction(async (transaction) => {
      try {
        const result = await work(transaction);
        committing(transaction, result);
        return result;
      } catch (error) {
        failure = error;
        throw error;
      }
    });
  } catch (error) {
    // On a connection that was cut the rollback fails too, and Knex tells that instead of the reason.
    throw failure ?? error;
  }
}
