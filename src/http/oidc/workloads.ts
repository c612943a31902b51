import { createHash } from 'node:crypto';
import type { OidcIssuer, OidcRule } from '../../config/oidc-map.ts';
import { AppError } from '../../core/error.ts';
import { quotable } from '../../core/text.ts';
import { IntegrationsError } from '../../library/error.ts';
import type { Host } from '../../library/host.ts';
import { senderFor } from '../../verify/send.ts';
import type { Authenticate, Caller } from '../authenticate.ts';
import type { Log } from '../log.ts';
import { RequestProblem } from '../problem.ts';
import { createJudge, type Workload } from './judge-token.ts';

/** The jobs of CIs that may call, by the tokens of their issuers. */
export interface Workloads {
  authenticate: Authenticate;
  close(): Promise<void>;
}

/** What the rules name is looked up at once. @throws AppError where there is no such tenant or account */
export async function createWorkloads(host: Host, issuers: readonly OidcIssuer[], log: Log): Promise<Workloads> {
  const rights = new Map<OidcRule, Rights>();
  for (const { issuer, rules } of issuers) {
    for (const rule of rules) rights.set(rule, await rightsOf(host, rule).catch(namingIssuer(issuer)));
  }
  const sender = senderFor({ env: host.environment, allowHttp: false, now: () => new Date(), perHost: 2 });
  const judge = createJudge(issuers, sender);

  return {
    close: sender.close,
    async authenticate(credential) {
      const judgement = await judge(credential);
      if (judgement.outcome === 'known') return callerOf(judgement.workload, rights.get(judgement.workload.rule));
      if (judgement.outcome === 'refused') log.note('token refused', { reason: judgement.reason });
      if (judgement.outcome !== 'undecided') return undefined;
      log.note('token undecided', { reason: judgement.reason });
      // That it is refused is not known: whoever sent it may come again.
      throw new RequestProblem('UNDECIDED', 'whoever issued the token does not answer', {
        headers: { 'retry-after': '10' },
      });
    },
  };
}

type Rights = Pick<Caller, 'tenantId' | 'accountId' | 'scopes'>;

async function rightsOf(host: Host, { tenant, account, scopes }: OidcRule): Promise<Rights> {
  const tenantId = tenant === undefined ? 'all' : (await host.findTenant(tenant)).id;
  const acting = host.as({ account, purpose: 'serve' });
  const { id: accountId } = await acting.run('read', (deps) => deps.account());
  return { tenantId, accountId, scopes };
}

function namingIssuer(issuer: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof IntegrationsError || error instanceof AppError)) throw error;
    const { code, message, hint } = error;
    throw new AppError(code, `a rule for ${quotable(issuer, 255)}: ${message}`, { hint, cause: error });
  };
}

/** Each job is somebody else: what one of them began is not answered to another. */
function callerOf({ issuer, subject }: Workload, rights: Rights | undefined): Caller | undefined {
  const digest = createHash('sha256').update(`${issuer}\n${subject}`).digest('hex');
  return rights && { id: `oidc_${digest.slice(0, 26)}`, ...rights, workload: { issuer, subject } };
}
