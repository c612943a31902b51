import { type Check, type Finding, orOk } from '../../app/doctor/check.ts';
import type { Context } from '../../context.ts';
import { isElsewhere, standInsOf } from '../../verify/stand-ins.ts';

/** Variables that lead credentials elsewhere, or would have others read them. */
export const variables: Check<Context> = {
  id: 'variables',
  needs: [],
  code: 'INTERNAL',
  doing: undefined,
  async look({ env }) {
    const diverted = standInsOf(env)
      .filter(isElsewhere)
      .map(
        ({ variable, replaced, origin }): Finding => ({
          severity: 'warning',
          finding: `${variable} is set: what is meant for ${replaced} goes to ${origin}, credentials included`,
          remedy: `Unset ${variable}, unless that server is yours.`,
        }),
      );
    const unchecked: Finding = {
      severity: 'warning',
      finding: 'NODE_TLS_REJECT_UNAUTHORIZED is 0: other programs on Node accept any certificate; this one does not',
      remedy: 'Unset it, and give the certificate of your own CA in NODE_EXTRA_CA_CERTS.',
    };
    return orOk(
      [...diverted, ...(env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0' ? [unchecked] : [])],
      'none sends credentials elsewhere',
    );
  },
};
