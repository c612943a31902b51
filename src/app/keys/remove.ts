import type { Input } from '../../commands/command.ts';
import { existing, list } from '../../commands/key/list.ts';
import type { Context } from '../../context.ts';
import { AppError } from '../../core/error.ts';
import { plural } from '../../core/text.ts';
import { type KeyRing, withoutKey } from '../../crypto/key-ring.ts';
import { record } from '../../db/stores/history.ts';
import { sealedCounts } from '../../db/stores/sealed.ts';
import type { View } from '../../output/view.ts';
import { actorSoFar, keyEntries } from '../recorded.ts';

/** Takes a key out of the ring while no value can be sealed under it. */
export async function removeKey(context: Context, input: Input): Promise<View> {
  const kid = input.args[0] ?? '';
  const store = await context.keyStore();
  withoutKey(existing(await store.load()), kid);
  const actor = await actorSoFar(context);
  let removal: Promise<KeyRing> | undefined;
  await (await context.database()).transaction(async (queries) => {
    const rows = (await sealedCounts(queries, 'forUpdate')).get(kid) ?? 0;
    if (rows > 0) throw needed(kid, rows);
    await record(queries, { tenant: null, actor }, keyEntries('remove', [kid]));
    // A transaction that the server takes back may be run again.
    removal ??= store.change((ring) => withoutKey(existing(ring), kid));
    await removal;
  });
  context.note(`Removed the key ${kid}. Backups of the database that are older than its last rotation need it still.`);
  return list(context);
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
