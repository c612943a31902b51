import { expect, test } from 'vitest';
import { resolveRef } from '../../src/app/ref.ts';
import { aRow, type Workspace, workspace } from '../support/builders.ts';
import { forEachEngine } from '../support/engines.ts';

const tenantName = 'Acme';
const reading = { tenantName, allowPartial: true };
const changing = { tenantName, allowPartial: false };

forEachEngine((engine) => {
  async function space(): Promise<Workspace> {
    const made = await workspace(engine);
    await made.a.ticket.insert(aRow('ticket', { id: 'ticket_aaaaaa111111', displayName: 'board' }));
    await made.a.ticket.insert(aRow('ticket', { id: 'ticket_aaaaaa222222', displayName: 'ticket_aaaaaa111111' }));
    await made.a.ticket.insert(aRow('ticket', { id: 'ticket_aaaaaa333333', displayName: 'aaaaaa222222' }));
    await made.b.ticket.insert(aRow('ticket', { id: 'ticket_bbbbbb444444', displayName: 'theirs' }));
    return made;
  }

  test('an exact id comes before an exact name, and that before a part of an id', async () => {
    const { a } = await space();
    const find = async (ref: string) => (await resolveRef(a.ticket, ref, reading)).id;
    expect(await find('ticket_aaaaaa111111')).toBe('ticket_aaaaaa111111');
    expect(await find('aaaaaa222222')).toBe('ticket_aaaaaa333333');
    expect(await find('222222')).toBe('ticket_aaaaaa222222');
    expect(await find('ticket_aaaaaa3')).toBe('ticket_aaaaaa333333');
    expect(await find('  board ')).toBe('ticket_aaaaaa111111');
  });

  test('a name is found in either form of its letters', async () => {
    const { a } = await space();
    const { id } = await a.ticket.insert(aRow('ticket', { displayName: 'Zo\u00eb' }));
    expect((await resolveRef(a.ticket, 'Zoe\u0308', changing)).id).toBe(id);
  });

  test('a part that several ids have is a conflict that lists them', async () => {
    const { a } = await space();
    const ids = ['ticket_aaaaaa111111', 'ticket_aaaaaa222222', 'ticket_aaaaaa333333'];
    await expect(resolveRef(a.ticket, 'aaaaaa', reading)).rejects.toMatchObject({ code: 'CONFLICT', details: { ids } });
  });

  test.each(['11111', 'ticket', 'ticket_', 'BOARD', '%%%%%%', '______', '日本語日本語', 'theirs', 'bbbbbb', ''])(
    '%j names nothing here',
    async (ref) => {
      const { a } = await space();
      await expect(resolveRef(a.ticket, ref, reading)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        exitStatus: 7,
        message: `no ticket integration named "${ref}" in tenant "Acme"`,
        hint: 'integrations ticket list',
      });
    },
  );

  test('where nobody can be asked, a part changes nothing', async () => {
    const { a } = await space();
    await expect(resolveRef(a.ticket, '222222', changing)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await resolveRef(a.ticket, 'ticket_aaaaaa222222', changing)).id).toBe('ticket_aaaaaa222222');
  });

  test('a name of 10,000 characters is told shortly', async () => {
    const { a } = await space();
    const error = await resolveRef(a.ticket, 'x'.repeat(10_000), reading).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'NOT_FOUND' });
    expect(String((error as Error).message).length).toBeLessThan(200);
  });
});
