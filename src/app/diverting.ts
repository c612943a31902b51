import { Undecided } from '../core/verification.ts';
import type { StandIn } from '../verify/stand-ins.ts';
import type { VerifyOptions } from '../verify/verify.ts';
import type { Deps } from './deps.ts';
import { recorded } from './recorded.ts';

/**
 * Tells that a variable leads what is meant for a hosted API elsewhere, once, and notes it in the history of each tenant
 * whose credentials go there. @throws Undecided where it cannot be noted
 */
export function diverting(deps: Pick<Deps, 'database' | 'actorSoFar' | 'warn'>): VerifyOptions['divert'] {
  const told = new Set<string>();
  const noted = new Map<string, Promise<void>>();

  return async (standIn, tenantId) => {
    const { variable, replaced, origin } = standIn;
    if (!told.has(variable)) deps.warn(`${variable} is set: what is meant for ${replaced} goes to ${origin}.`);
    told.add(variable);
    const key = `${variable} ${tenantId}`;
    const noting = noted.get(key) ?? note(deps, standIn, tenantId);
    noted.set(key, noting);
    await noting.catch(() => {
      throw new Undecided('UNREACHABLE', {
        detail: `nothing was sent: the history cannot tell that ${variable} leads elsewhere`,
        hint: `Unset ${variable}, or use an account of the database that may write the history.`,
      });
    });
  };
}

async function note(
  deps: Pick<Deps, 'database' | 'actorSoFar'>,
  { variable, replaced, origin }: StandIn,
  tenantId: string,
): Promise<void> {
  const { tenantStore } = await import('../db/stores/host.ts');
  const [tenant] = await tenantStore((await deps.database()).queries).find(tenantId);
  const displayName = tenant?.displayName ?? null;
  const fields = [{ name: variable, before: replaced, after: origin }];
  const entry = { action: 'divert', category: 'tenant', integrationId: null, displayName, fields } as const;
  const attribution = { tenant: { id: tenantId, displayName }, actor: await deps.actorSoFar() };
  await recorded(deps, attribution, [entry], () => undefined);
}
