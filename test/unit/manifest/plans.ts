import { type CategoryName, categories } from '../../../src/core/category.ts';
import { Secret } from '../../../src/core/secret.ts';
import { codecOf, type Integration, type StoredValue } from '../../../src/db/stores/codec.ts';
import type { PlanOptions } from '../../../src/manifest/change.ts';
import { type TenantDocument, tenantDocuments } from '../../../src/manifest/document.ts';
import { planTenant, type TenantPlan } from '../../../src/manifest/plan.ts';
import { type Problem, refuseProblems } from '../../../src/manifest/problem.ts';
import { type Credentials, resolveSources } from '../../../src/manifest/resolve-sources.ts';
import type { StoredRows } from '../../../src/manifest/stored-rows.ts';
import { findProvider } from '../../../src/providers/index.ts';

/** Stands for a credential that was sealed. */
export const sealed = (plain: string) => `sealed:${plain}`;
export const opened = (stored: StoredValue | undefined) => new Secret(String(stored).slice('sealed:'.length));

/** Tokens in the shape that their providers give them. */
export const tokens = {
  github: (letter: string) => `ghp_${letter.repeat(36)}`,
  linear: (letter: string) => `lin_api_${letter.repeat(40)}`,
  jenkins: (digit: string) => `11${digit.repeat(32)}`,
};

/** A row as it is read: what is not given is null. */
export function row(
  category: CategoryName,
  provider: string,
  displayName: string,
  values: Readonly<Record<string, StoredValue>> = {},
): Integration {
  const { typeColumn, idPrefix } = categories[category];
  const empty = Object.fromEntries(codecOf(categories[category]).columns.map((column) => [column, null]));
  const type = findProvider(category, provider)?.type ?? provider;
  const own = { id: `${idPrefix}_${displayName}`, tenantId: 'acme', displayName, [typeColumn]: type };
  return { ...empty, ...own, verificationStatus: 'NOT_VERIFIED', isActive: true, ...values } as Integration;
}

export function github(displayName: string, values: Readonly<Record<string, StoredValue>> = {}): Integration {
  return row('scm', 'github', displayName, {
    organization: `org-${displayName}`,
    repositoryUrl: 'https://github.com/acme/mobile',
    defaultBranch: 'main',
    accessToken: sealed(tokens.github('a')),
    ...values,
  });
}

/** As `github` stores it, in the words of a manifest. */
export const githubItem = (name: string, more: Readonly<Record<string, unknown>> = {}) => ({
  name,
  type: 'github',
  organization: `org-${name}`,
  repositoryUrl: 'https://github.com/acme/mobile',
  accessToken: `value:${tokens.github('a')}`,
  ...more,
});

export function linear(displayName: string, values: Readonly<Record<string, StoredValue>> = {}): Integration {
  const own = { linearApiKey: sealed(tokens.linear('a')), linearTeamId: 'MOB', autoCreateEpics: false };
  return row('ticket', 'linear', displayName, { ...own, ...values });
}

export const linearItem = (name: string, more: Readonly<Record<string, unknown>> = {}) => ({
  name,
  type: 'linear',
  linearApiKey: `value:${tokens.linear('a')}`,
  linearTeamId: 'MOB',
  ...more,
});

export function appStore(displayName: string, values: Readonly<Record<string, StoredValue>> = {}): Integration {
  const own = { appleApiKeyId: sealed('ABCDE12345'), applePrivateKey: sealed('key'), appleBundleId: 'com.acme.app' };
  return row('target', 'app-store', displayName, { ...own, ...values });
}

/** A target whose credentials stay as they are stored. */
export const appStoreItem = (name: string, more: Readonly<Record<string, unknown>> = {}) => ({
  name,
  type: 'app-store',
  appleApiKeyId: 'keep',
  applePrivateKey: 'keep',
  appleBundleId: 'com.acme.app',
  ...more,
});

export function jenkins(displayName: string, uses: { scm: string; target: string }): Integration {
  return row('pipeline', 'jenkins', displayName, {
    scmIntegrationId: uses.scm,
    targetIntegrationId: uses.target,
    jenkinsUrl: 'https://ci.acme.test',
    jenkinsUsername: 'bot',
    jenkinsApiToken: sealed(tokens.jenkins('a')),
    jenkinsJobPath: 'mobile/release',
  });
}

/** A pipeline by the names of what it uses. */
export const jenkinsItem = (
  name: string,
  scm: string,
  target: string,
  more: Readonly<Record<string, unknown>> = {},
) => ({
  name,
  type: 'jenkins',
  scm,
  target,
  jenkinsUrl: 'https://ci.acme.test',
  jenkinsUsername: 'bot',
  jenkinsApiToken: `value:${tokens.jenkins('a')}`,
  jenkinsJobPath: 'mobile/release',
  ...more,
});

/** As they are read, a page of two at a time. */
export function stored(...rows: readonly Integration[]): StoredRows {
  return async function* (name) {
    const own = rows.filter((each) => each[categories[name].typeColumn] !== undefined);
    for (let at = 0; at < own.length; at += 2) yield own.slice(at, at + 2);
  };
}

/** The lists of a document of the tenant Acme, as JSON, which is YAML too. */
export type Lists = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

export async function documentOf(lists: Lists): Promise<{ document: TenantDocument; credentials: Credentials }> {
  const text = JSON.stringify({ tenant: 'Acme', ...lists });
  const position = (offset: number) => ({ line: 1, column: offset + 1 });
  const origin = { file: '<stdin>', index: 0, position, folder: '/', isStdin: true, values: { left: 100_000 } };
  const problems: Problem[] = [];
  const [document] = tenantDocuments({ ...origin, text }, problems);
  const credentials = await resolveSources(document ? [document] : [], { env: {}, allowOutside: false }, problems);
  refuseProblems(problems);
  if (!document) throw new Error('no document');
  return { document, credentials };
}

export async function planOf(
  lists: Lists,
  rows: readonly Integration[],
  options: Partial<PlanOptions> = {},
): Promise<TenantPlan> {
  const { document, credentials } = await documentOf(lists);
  let made = 0;
  return planTenant(document, stored(...rows), {
    credentials,
    open: (_, whole, column) => opened(whole[column]),
    prune: false,
    writes: true,
    newId: (prefix) => {
      made += 1;
      return `${prefix}_new${made}`;
    },
    ...options,
  });
}

/** What a plan does, in short: `create scm code`. */
export function actions({ changes }: Pick<TenantPlan, 'changes'>): string[] {
  return changes.map(({ action, category, name }) => `${action} ${category.name} ${name}`);
}

/** What is wrong with a plan: `organization: is needed for GitHub`. */
export function problemsIn({ problems }: TenantPlan): string[] {
  return problems.map(({ key, reason }) => `${key}: ${reason}`);
}
