import { listKeys } from '../../app/keys/ring.ts';
import type { Context } from '../../context.ts';
import { plural } from '../../core/text.ts';
import { type Data, type ManyView, manyOf } from '../../output/view.ts';

export const ringKeys = ['kid', 'active', 'available', 'rows'];

/** The keys, and how many values each seals. */
export async function list(context: Context): Promise<ManyView> {
  const { source, keys } = await listKeys(context);
  const missing = keys.filter(({ isAtHand }) => !isAtHand).length;
  if (missing > 0)
    context.warn(
      `${plural(missing, 'key')} that the database needs ${missing === 1 ? 'is' : 'are'} not in ${source.origin}.`,
    );
  const rows = keys.map(
    ({ kid, isActive, isAtHand, values }): Data => ({ kid, active: isActive, available: isAtHand, rows: values }),
  );
  return manyOf(rows, {
    columns: [
      { title: '', text: (data) => (data['active'] ? '*' : ' '), whole: true },
      { title: 'Key', text: (data) => String(data['kid']), whole: true, copied: true },
      {
        title: 'Use',
        text: (data) => (data['available'] ? (data['active'] ? 'seals and opens' : 'opens') : 'missing'),
      },
      { title: 'Sealed values', text: (data) => String(data['rows']) },
    ],
    keys: ringKeys,
    name: (data) => String(data['kid']),
    empty: 'No keys yet: integrations init',
  });
}
