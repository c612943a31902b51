import { plural } from '../../core/text.ts';
import { type Check, ok } from './check.ts';

/** The ring is there, and well-formed. */
export const keys: Check = {
  id: 'key',
  needs: ['config'],
  code: 'KEY_UNAVAILABLE',
  doing: 'Reading the encryption key',
  async look(given) {
    const source = await given.keySource();
    const ring = await source.load();
    if (ring) return ok(`${plural(ring.kids.length, 'key')} in ${source.origin}; ${ring.active.kid} seals`);
    return [
      {
        severity: 'error',
        finding: `there is no encryption key: ${source.origin} holds none`,
        remedy: 'integrations init makes one; integrations key import brings in the one that sealed what is stored',
      },
    ];
  },
};
