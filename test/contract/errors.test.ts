import { expect, test } from 'vitest';
import { databaseError } from '../../src/db/errors.ts';
import { aRow, workspace } from '../support/builders.ts';
import { forEachEngine } from '../support/engines.ts';

forEachEngine((engine) => {
  test.each([
    ['displayName', 'x'.repeat(256)],
    ['accessToken', 'x'.repeat(65_536)],
  ])('a value that is longer than its column is VALIDATION, named by the column alone: %s', async (column, value) => {
    const { a, database } = await workspace(engine);
    const refusal = await a.scm.insert(aRow('scm', { [column]: value })).catch((error: unknown) => error);
    expect(databaseError(refusal, database.location)).toMatchObject({
      code: 'VALIDATION',
      exitStatus: 64,
      field: column,
      message: `the database refuses ${column}: it does not fit its column`,
    });
  });
});
