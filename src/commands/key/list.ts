import type { Context } from '../../context.ts';
import { AppError } from '../../core/error.ts';
import { plural } from '../../core/text.ts';
import type { KeyRing } from '../../crypto/key-ring.ts';
import { type Data, type ManyView, manyOf } from '../../output/view.ts';

export const ringKeys = ['kid', 'active', 'available', 'rows'];

/** The keys, and how many rows each seals. */
export async function list(context: Context): Promise<ManyView> {
  const source = await context.keySource();
  // The ring may have changed since it was first read.
  const ring = await source.load();
  const { sealedCounts } = await import('../../db/stores/sealed.ts');
  const counts = await sealedCounts((await context.database()).queries);
  const foreign = [...counts.keys()].filter((kid) => kid !== '' && ring?.find(kid) === undefined);
  const rows: Data[] = [
    ...(ring?.keys ?? []).map(({ kid }) => ({
      kid,
      active: kid === ring?.active.kid,
      available: true,
      rows: counts.get(kid) ?? 0,
    })),
    ...foreign.map((kid) => ({ kid, active: false, available: false, rows: counts.get(kid) ?? 0 })),
  ];
  if (foreign.length > 0)
    context.warn(
      `${plural(foreign.length, 'key')} that the database needs ${foreign.length === 1 ? 'is' : 'are'} not in ${source.origin}.`,
    );
  return manyOf(rows, {
    columns: [
      { title: '', text: (data) => (data['active'] ? '*' : ' '), whole: true },
      { title: 'Key', text: (data) => String(data['kid']), whole: true },
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

/** @throws AppError KEY_UNAVAILABLE where there is none */
export function existing(ring: KeyRing | undefined): KeyRing {
  if (ring) return ring;
  throw new AppError('KEY_UNAVAILABLE', 'there is no encryption key yet', { hint: 'integrations init' });
}
