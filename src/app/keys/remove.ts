import { unbroken } from '../../core/effects.ts';
import { AppError } from '../../core/error.ts';
import { plural } from '../../core/text.ts';
import { type KeyRing, withoutKey } from '../../crypto/key-ring.ts';
import { record } from '../../db/stores/history.ts';
import { sealedCounts } from '../../db/stores/sealed.ts';
import type { Deps, KeyDeps } from '../deps.ts';
import { keyEntries } from '../recorded.ts';
import { changeRing, existing } from './ring.ts';

/** Takes a key out of the ring while no value can be sealed under it. @throws AppError NOT_FOUND | CONFLICT */
export async function removeKey(deps: KeyDeps & Pick<Deps, 'database' | 'actorSoFar'>, kid: string): Promise<void> {
  const store = await deps.keyStore();
  withoutKey(existing(await store.load()), kid);
  const actor = await deps.actorSoFar();
  let removal: Promise<KeyRing> | undefined;
  const database = await deps.database();
  await unbroken(database.effects, () =>
    database.transaction(async (queries) => {
      const rows = (await sealedCounts(queries, 'forUpdate')).get(kid) ?? 0;
      if (rows > 0) throw needed(kid, rows);
      await record(queries, { tenant: null, actor }, keyEntries('remove', [kid]));
      // A transaction that the server takes back may be run again.
      removal ??= changeRing(deps, store, `the ring without the key ${kid}`, (ring) => withoutKey(existing(ring), kid));
      await removal;
    }),
  );
}

function needed(kid: string, rows: number): AppError {
  return new AppError(
    'CONFLICT',
    `${plural(rows, 'value')} in the database ${rows === 1 ? 'is' : 'are'} sealed under the key ${kid}`,
    {
      hint: 'integrations key rotate',
      details: { kid, rows },
    },
  );
}
