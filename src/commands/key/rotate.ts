import { hasOthers, openAll } from '../../app/keys/reseal.ts';
import { beginRotation, finishRotation, leftAlone } from '../../app/keys/rotate.ts';
import type { Context } from '../../context.ts';
import { AppError } from '../../core/error.ts';
import { plural } from '../../core/text.ts';
import type { KeyRing } from '../../crypto/key-ring.ts';
import type { Unopened } from '../../db/stores/reseal-page.ts';
import type { ManyView } from '../../output/view.ts';
import { type Input, switchFlag } from '../command.ts';
import { list } from './list.ts';

/**
 * Seals every value anew: under a new key; or, where values are left that another key sealed, as after a rotation that
 * was broken off, under the active one.
 */
export async function rotateKey(context: Context, input: Input): Promise<ManyView> {
  const ring = await context.keyRing();
  const isUnfinished = await hasOthers(context, ring.active.kid);
  if (!isUnfinished) await refuseForeignRing(context);
  const rotation = switchFlag(input, 'dry-run') ? rehearse : rotate;
  const unopened = await rotation(context, ring, isUnfinished);
  for (const { reason } of unopened.slice(0, mostWarnings)) context.warn(reason);
  if (unopened.length > mostWarnings) context.warn(`${unopened.length - mostWarnings} more do not open.`);
  return { ...(await list(context)), failure: () => (unopened.length > 0 ? leftAlone(unopened) : undefined) };
}

const mostWarnings = 20;

async function rehearse(context: Context, { active }: KeyRing, isUnfinished: boolean): Promise<Unopened[]> {
  // No key is called ''.
  const { rows, unopened } = await openAll(context, isUnfinished ? active.kid : '');
  const key = isUnfinished ? `the active key ${active.kid}` : 'a new key';
  context.note(`Nothing was changed; without --dry-run ${plural(rows, 'row')} would be sealed again under ${key}.`);
  return unopened;
}

async function rotate(context: Context, ring: KeyRing, isUnfinished: boolean): Promise<Unopened[]> {
  const current = await beginRotation(context, ring, isUnfinished);
  const { kid } = current.active;
  context.note(
    isUnfinished
      ? `What other keys sealed is sealed again under the active key ${kid}; run it again for a new key.`
      : `Made the key ${kid}, which seals from now on.`,
  );
  const { rows, unopened } = await finishRotation(context, current);
  context.note(
    `Sealed ${plural(rows, 'row')} again. The other keys in the ring only open: integrations key remove KID`,
  );
  return unopened;
}

/** A ring that several machines may share is never switched under them. @throws AppError CONFLICT */
async function refuseForeignRing(context: Context): Promise<void> {
  const { origin, store } = await context.keySource();
  if (store !== undefined) return;
  context.note(`Everything is sealed under the first key of ${origin}. To change it without an outage:`);
  for (const [index, step] of steps.entries()) context.note(`  ${index + 1}. ${step}`);
  throw new AppError('CONFLICT', `the keys come from ${origin}, which is not ours to change`, {
    hint: 'Add a key to the ring on every machine, make it the first on every machine, then rotate again.',
    details: { steps },
  });
}

const steps = [
  'Add a key at the end of the ring, where it only opens: on one machine, without the variable,\n     "integrations key import", "key add" and "key export" do that.',
  'Give that ring to every machine.',
  'Make the new key the first of the ring ("key activate KID", "key export"), and give that one to every machine.',
  'On one of them: integrations key rotate. It seals everything again under the first key.',
  'Once "integrations key list" counts nothing under the old key, take it out of the ring everywhere.',
];
