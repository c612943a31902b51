import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { resolveRef } from '../../src/app/ref.ts';
import { AppError } from '../../src/core/error.ts';
import { accountStore, tenantStore } from '../../src/db/stores/host.ts';
import { aRow, tenantB, type Workspace, workspace } from '../support/builders.ts';
import { forEachEngine } from '../support/engines.ts';
import { anyText, fuzz, mutated } from '../support/fuzz.ts';

forEachEngine((engine) => {
  let space: Workspace;
  const names = ['Zo\u00e9 "Z"', '日本語', '😀', "O'Brien", '100%_\\'];

  beforeAll(async () => {
    space = await workspace(engine);
    for (const displayName of names) await space.a.ticket.insert(aRow('ticket', { displayName }));
    await space.b.ticket.insert(aRow('ticket', { displayName: 'theirs' }));
  });

  const refs = fc.oneof(
    anyText,
    fc.constantFrom(...names).chain((name) => mutated(name)),
    mutated('ticket_00000001'),
    fc.integer({ min: 1, max: 100_000 }).map((length) => 'x'.repeat(length)),
  );

  test('a reference, whatever it is: a row of this tenant that it names, or a refusal that nothing can be done with', async () => {
    await fuzz(`references on ${engine.name}`, refs, async (ref) => {
      try {
        const row = await resolveRef(space.a.ticket, ref, { tenantName: 'Acme', allowPartial: true });
        expect(row.tenantId).not.toBe(tenantB);
        const meant = ref.trim().normalize('NFC');
        expect(row.displayName === meant || row.id === meant || row.id.includes(meant.replace(/^ticket_/, ''))).toBe(
          true,
        );
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
        expect(['NOT_FOUND', 'CONFLICT']).toContain((error as AppError).code);
        expect((error as AppError).message.length).toBeLessThan(800);
      }
      for (const store of [tenantStore(space.database.queries), accountStore(space.database.queries)]) {
        for (const row of await store.find(ref)) {
          expect([row.id, 'displayName' in row ? row.displayName : (row as { email?: string }).email]).toContain(ref);
        }
      }
    });
  });
});
