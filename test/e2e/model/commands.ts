import fc from 'fast-check';
import { type CategoryName, categories } from '../../../src/core/category.ts';
import { linkColumns } from '../../../src/core/links.ts';
import type { Provider } from '../../../src/core/provider.ts';
import { uniqueRules } from '../../../src/db/stores/unique.ts';
import { categoryKeys } from '../../../src/manifest/keys.ts';
import { providers } from '../../../src/providers/index.ts';
import { sampleOf } from '../../support/samples.ts';
import { credentialAt } from './credentials.ts';
import { type Attempt, emptyTenant, fresh, type Make, type Row, type State, type Tenant } from './state.ts';

const [conflict, notFound, usage] = [6, 7, 64];

const names: Readonly<Record<CategoryName, readonly string[]>> = {
  scm: ['code', 'lab', 'spare'],
  target: ['ios', 'android'],
  pipeline: ['build', 'nightly'],
  communication: ['chat', 'news'],
  ticket: ['board'],
};
const providerNames: Readonly<Record<CategoryName, readonly string[]>> = {
  scm: ['github', 'gitlab'],
  target: ['app-store', 'play-store'],
  pipeline: ['github-actions', 'gitlab-ci', 'jenkins'],
  communication: ['slack'],
  ticket: ['linear'],
};

const tenantNames = ['Acme', 'Bmce'];
const category = fc.constantFrom<CategoryName[]>(
  'scm',
  'scm',
  'target',
  'pipeline',
  'pipeline',
  'communication',
  'ticket',
);
const number = fc.nat({ max: 999 });

interface Place {
  tenant: string;
  category: CategoryName;
  name: string;
}

/** Chooses one, mostly of those that are there. */
type Pick = (there: readonly string[], all: readonly string[]) => string;
const pick = fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 99 })).map(([odds, which]): Pick => {
  return (there, all) => {
    const from = odds > 0 && there.length > 0 ? there : all;
    return from[which % from.length] as string;
  };
});

/** A place for a row, mostly a free one in a tenant that is there. */
const place = fc.tuple(category, pick, pick).map(([of, choose, chooseName]) => (state: State): Place => {
  const tenant = choose(Object.keys(state.tenants), tenantNames);
  const free = names[of].filter((name) => !state.tenants[tenant]?.[of][name]);
  return { tenant, category: of, name: chooseName(free, names[of]) };
});

/** Mostly a place with a row in it. */
const taken = fc
  .tuple(place, fc.nat({ max: 9 }), number)
  .map(([anywhere, odds, which]) => (state: State, within?: CategoryName): Place => {
    const rows = Object.entries(state.tenants).flatMap(([tenant, by]) =>
      (Object.keys(by) as CategoryName[])
        .filter((each) => within === undefined || each === within)
        .flatMap((each) => Object.keys(by[each]).map((name) => ({ tenant, category: each, name }))),
    );
    const place = anywhere(state);
    const named = within === undefined ? place : { ...place, category: within, name: names[within][0] as string };
    return (odds > 0 && rows[which % rows.length]) || named;
  });

export function providerNamed(name: string): Provider {
  const provider = providers.find((each) => each.name === name);
  if (!provider) throw new Error(`there is no provider ${name}`);
  return provider;
}

/** A command on one integration that is there; without it, what refuses it. */
function onRow(
  chosen: (state: State) => Place,
  args: readonly string[],
  change: (given: { at: Place; row: Row; tenant: Tenant }) => Partial<Attempt>,
): Make {
  return (state) => {
    const at = chosen(state);
    const after = structuredClone(state);
    const tenant = after.tenants[at.tenant];
    const row = tenant?.[at.category][at.name];
    const whole = [at.category, args[0] ?? '', at.name, ...args.slice(1), '--tenant', at.tenant];
    if (!tenant || !row) return { args: whole, refusals: [notFound, usage], after: state };
    const { args: more = [], ...rest } = change({ at, row, tenant });
    return { refusals: [], after, ...rest, args: [...whole, ...more] };
  };
}

/** The flags of credentials, the n-th of each column. */
function credentialsOf(provider: Provider, columns: readonly string[], n: number) {
  const given: Record<string, string> = {};
  const env: Record<string, string> = {};
  const flags: string[] = [];
  for (const { name, flag } of provider.fields) {
    if (!columns.includes(name)) continue;
    given[name] = credentialAt(provider.name, name, n);
    env[`GIVEN_${name.toUpperCase()}`] = given[name];
    flags.push(`--${flag}`, `env:GIVEN_${name.toUpperCase()}`);
  }
  return { given, env, flags };
}

function credentialColumns(provider: Provider): string[] {
  return provider.fields.filter(({ credential }) => credential).map(({ name }) => name);
}

/** Why a row cannot be stored beside the others of its tenant. */
function clashes(tenant: Tenant, { category, name }: Omit<Place, 'tenant'>, row: Row, except?: Row): number[] {
  const others = Object.entries(tenant[category]).filter(([, other]) => other !== except);
  const { typeColumn } = categories[category];
  const isSame = (column: string, other: Row) =>
    column === typeColumn
      ? other.provider === row.provider
      : String(other.plain[column]).toLowerCase() === String(row.plain[column]).toLowerCase();
  const isTaken = others.some(
    ([otherName, other]) =>
      otherName === name || uniqueRules[category].some(({ columns }) => columns.every((each) => isSame(each, other))),
  );
  return isTaken ? [conflict] : [];
}

/** Why a pipeline cannot use an scm and a target. */
function unfit(tenant: Tenant, provider: Provider, { scm, target }: { scm?: string; target?: string }): number[] {
  const refusals: number[] = [];
  if (target !== undefined && !tenant.target[target]) refusals.push(notFound);
  if (scm === undefined) return refusals;
  const used = tenant.scm[scm];
  if (!used) return [...refusals, notFound];
  return provider.scm === undefined || provider.scm === used.provider ? refusals : [...refusals, usage];
}

const add = fc
  .tuple(place, number, number, fc.tuple(pick, pick), fc.constantFrom('acme', 'ACME', 'other'), fc.boolean())
  .map(
    ([chosen, which, n, [scm, target], organization, isActive]): Make =>
      (state) => {
        const at = chosen(state);
        const after = structuredClone(state);
        const tenant = after.tenants[at.tenant] ?? emptyTenant();
        const options = providerNames[at.category];
        const provider = providerNamed(options[which % options.length] as string);
        const sample = sampleOf(provider.name);
        const { given, env, flags } = credentialsOf(provider, credentialColumns(provider), n);
        const args = [at.category, 'add', provider.name, '--name', at.name, ...sample.flags, ...flags];
        args.push('--tenant', at.tenant);
        const plain = provider.fields.filter(({ credential, name }) => !credential && name !== 'displayName');
        const stored = Object.entries(sample.stored).filter(([name]) => name !== 'lastTriggeredAt');
        const row: Row = {
          provider: provider.name,
          plain: {
            ...Object.fromEntries(plain.map(({ name }) => [name, null])),
            ...Object.fromEntries(stored),
            isActive,
          },
          credentials: given,
          previous: null,
        };
        const refusals: number[] = state.tenants[at.tenant] ? [] : [notFound];
        if (at.category === 'pipeline') {
          const uses = {
            scm: scm(Object.keys(tenant.scm), names.scm),
            target: target(Object.keys(tenant.target), names.target),
          };
          args.push('--scm', uses.scm, '--target', uses.target);
          Object.assign(row.plain, { [linkColumns.scm]: uses.scm, [linkColumns.target]: uses.target });
          refusals.push(...unfit(tenant, provider, uses));
        }
        if (at.category === 'scm') {
          args.push('--organization', organization);
          row.plain['organization'] = organization;
        }
        if (!isActive) args.push('--disabled');
        refusals.push(...clashes(tenant, at, row));
        tenant[at.category][at.name] = row;
        return { args, env, refusals, after };
      },
  );

/** Gives a row another name, and those that refer to it as well. */
function rename(tenant: Tenant, category: CategoryName, from: string, to: string): void {
  const row = tenant[category][from];
  if (!row || from === to) return;
  delete tenant[category][from];
  tenant[category][to] = row;
  if (category !== 'scm' && category !== 'target') return;
  const column = linkColumns[category];
  for (const pipeline of Object.values(tenant.pipeline)) {
    if (pipeline.plain[column] === from) pipeline.plain[column] = to;
  }
}

const update = fc
  .tuple(taken, fc.option(pick), fc.boolean(), fc.option(number), fc.boolean())
  .map(([chosen, newName, isChanged, n, isSwitchedOff]) =>
    onRow(chosen, ['update'], ({ at, row, tenant }) => {
      const provider = providerNamed(row.provider);
      const { change } = sampleOf(row.provider);
      const name = newName?.([], names[at.category]);
      const { given, env, flags } = credentialsOf(
        provider,
        n === null ? [] : credentialColumns(provider).slice(0, 1),
        n ?? 0,
      );
      const args = [...(name === undefined ? [] : ['--name', name]), ...(isChanged ? change.flags : []), ...flags];
      if (isSwitchedOff) args.push('--disabled');
      if (args.length === 0) return { refusals: [usage] };
      const refusals = name === undefined ? [] : clashes(tenant, { ...at, name }, row, row);
      if (isChanged) Object.assign(row.plain, change.stored);
      if (isSwitchedOff) row.plain['isActive'] = false;
      Object.assign(row.credentials, given);
      if (name !== undefined && refusals.length === 0) rename(tenant, at.category, at.name, name);
      return { args, env, refusals };
    }),
  );

const rotate = fc.tuple(taken, number, fc.boolean()).map(([chosen, n, isWhole]) =>
  onRow(chosen, ['rotate', '--no-verify'], ({ row }) => {
    const provider = providerNamed(row.provider);
    const columns = credentialColumns(provider);
    if (columns.length === 0) return { refusals: [usage] };
    const { given, env, flags } = credentialsOf(provider, isWhole ? columns : columns.slice(0, 1), n);
    replace(row, given);
    return { args: flags, env };
  }),
);

function replace(row: Row, given: Readonly<Record<string, string | null>>): void {
  const old = Object.fromEntries(Object.keys(given).map((column) => [column, row.credentials[column] ?? null]));
  if (Object.entries(given).some(([column, value]) => old[column] !== value)) row.previous = old;
  Object.assign(row.credentials, given);
}

const undo = taken.map((chosen) =>
  onRow(chosen, ['rotate', '--undo', '--no-verify'], ({ row }) => {
    if (credentialColumns(providerNamed(row.provider)).length === 0) return { refusals: [usage] };
    if (!row.previous) return { refusals: [notFound] };
    replace(row, row.previous);
    return {};
  }),
);

const forget = taken.map((chosen) =>
  onRow(chosen, ['rotate', '--forget'], ({ row }) => {
    if (credentialColumns(providerNamed(row.provider)).length === 0) return { refusals: [usage] };
    row.previous = null;
    return {};
  }),
);

const switched = fc.tuple(taken, fc.boolean()).map(([chosen, isActive]) =>
  onRow(chosen, [isActive ? 'enable' : 'disable'], ({ row }) => {
    row.plain['isActive'] = isActive;
    return {};
  }),
);

const remove = fc.tuple(taken, fc.boolean()).map(([chosen, isCascading]) =>
  onRow(chosen, ['remove', '--yes', ...(isCascading ? ['--cascade'] : [])], ({ at, tenant }) => {
    const column = at.category === 'scm' || at.category === 'target' ? linkColumns[at.category] : undefined;
    const users = Object.entries(tenant.pipeline).filter(([, { plain }]) => column && plain[column] === at.name);
    if (users.length > 0 && !isCascading) return { refusals: [conflict] };
    for (const [name] of users) delete tenant.pipeline[name];
    delete tenant[at.category][at.name];
    return {};
  }),
);

const link = fc
  .tuple(taken, fc.record({ scm: pick, target: pick }, { requiredKeys: [] }))
  .map(([chosen, { scm, target }]) =>
    onRow(
      (state) => chosen(state, 'pipeline'),
      ['link'],
      ({ row, tenant }) => {
        const uses = {
          ...(scm && { scm: scm(Object.keys(tenant.scm), names.scm) }),
          ...(target && { target: target(Object.keys(tenant.target), names.target) }),
        };
        const args = Object.entries(uses).flatMap(([part, ref]) => [`--${part}`, ref]);
        if (args.length === 0) return { refusals: [usage] };
        const refusals = unfit(tenant, providerNamed(row.provider), uses);
        if (uses.scm !== undefined) row.plain[linkColumns.scm] = uses.scm;
        if (uses.target !== undefined) row.plain[linkColumns.target] = uses.target;
        return { args, refusals };
      },
    ),
  );

/** What a manifest says of one integration. */
interface Wanted {
  category: 'scm' | 'communication' | 'ticket';
  name: string;
  type: string;
  n: number;
  isChanged: boolean;
}

const wanted = fc
  .tuple(
    fc.constantFrom<Wanted['category'][]>('scm', 'scm', 'communication', 'ticket'),
    number,
    number,
    number,
    fc.boolean(),
  )
  .map(([of, at, which, n, isChanged]): Wanted => {
    const name = names[of][at % names[of].length] as string;
    return { category: of, name, type: providerNames[of][which % providerNames[of].length] as string, n, isChanged };
  });

/** Manifests of one tenant, some of which prune. A new integration stands there whole, and of a stored one what changes. */
const apply = fc
  .tuple(
    pick,
    fc.uniqueArray(wanted, { maxLength: 4, selector: ({ category, name }) => `${category} ${name}` }),
    fc.boolean(),
  )
  .map(
    ([choose, items, isPruning]): Make =>
      (state) => {
        const name = choose(Object.keys(state.tenants), tenantNames);
        const after = structuredClone(state);
        const tenant = after.tenants[name] ?? emptyTenant();
        const env: Record<string, string> = {};
        const document: Record<string, unknown> = { tenant: name };
        const refusals = new Set<number>(state.tenants[name] ? [] : [notFound]);
        for (const category of ['scm', 'communication', 'ticket'] as const) {
          const own = items.filter((item) => item.category === category);
          if (own.length === 0) continue;
          document[categoryKeys[category]] = own.map((item) => entryFor(tenant, item, { env, isPruning, all: own }));
          for (const gone of isPruning ? Object.keys(tenant[category]) : []) {
            if (own.some((item) => item.name === gone)) continue;
            delete tenant[category][gone];
            const isUsed = ({ plain }: Row) => category === 'scm' && plain[linkColumns.scm] === gone;
            if (Object.values(tenant.pipeline).some(isUsed)) refusals.add(conflict);
          }
          for (const [each, row] of Object.entries(tenant[category])) {
            for (const refusal of clashes(tenant, { category, name: each }, row, row)) refusals.add(refusal).add(usage);
          }
        }
        const args = ['apply', '-f', '-', ...(isPruning ? ['--prune'] : [])];
        return { args, env, input: JSON.stringify(document), refusals: [...refusals], after };
      },
  );

/** Puts what an item wants into the tenant. @returns the item as the manifest says it */
function entryFor(
  tenant: Tenant,
  { category, name, type, n, isChanged }: Wanted,
  { env, isPruning, all }: { env: Record<string, string>; isPruning: boolean; all: readonly Wanted[] },
): Record<string, unknown> {
  const present = tenant[category][name];
  const provider = providerNamed(present?.provider ?? type);
  const sample = sampleOf(provider.name);
  const credentials: Record<string, string> = {};
  const given = credentialsOf(provider, credentialColumns(provider).slice(0, 1), n).given;
  for (const [column, value] of Object.entries(given)) {
    const variable = `APPLIED_${category}_${name}_${column}`;
    env[variable] = value;
    credentials[column] = `env:${variable}`;
  }
  if (present) {
    Object.assign(present.credentials, given);
    if (isChanged) Object.assign(present.plain, sample.change.stored);
    return { name, type: provider.name, ...credentials, ...(isChanged && sample.change.stored) };
  }
  const plain = { ...sample.stored, ...(category === 'scm' && { organization: 'acme' }) };
  const isSame = ([other, row]: [string, Row]) =>
    isPruning &&
    category === 'scm' &&
    row.provider === provider.name &&
    String(row.plain['organization']).toLowerCase() === 'acme' &&
    !all.some((item) => item.name === other);
  const [renamed] = Object.entries(tenant[category]).find(isSame) ?? [];
  if (renamed === undefined) {
    const columns = provider.fields.filter(({ credential, name: column }) => !credential && column !== 'displayName');
    tenant[category][name] = {
      provider: provider.name,
      plain: { ...Object.fromEntries(columns.map((each) => [each.name, null])), ...plain, isActive: true },
      credentials: { ...Object.fromEntries(credentialColumns(provider).map((column) => [column, null])), ...given },
      previous: null,
    };
  } else {
    rename(tenant, category, renamed, name);
    const row = tenant[category][name] as Row;
    Object.assign(row.credentials, given);
    Object.assign(row.plain, plain);
  }
  return { name, type: provider.name, ...plain, ...credentials };
}

const anyTenant = fc.constantFrom(...tenantNames);

const tenantAdd = anyTenant.map(
  (name): Make =>
    (state) => {
      const isThere = state.tenants[name] !== undefined;
      const after = { ...state, tenants: { ...state.tenants, [name]: emptyTenant() } };
      return { args: ['tenant', 'add', name], refusals: isThere ? [conflict] : [], after };
    },
);

const tenantRemove = anyTenant.map(
  (name): Make =>
    (state) => {
      const { [name]: removed, ...tenants } = state.tenants;
      return {
        args: ['tenant', 'remove', name, '--yes'],
        refusals: removed ? [] : [notFound],
        after: { ...state, tenants },
      };
    },
);

const keyAdd = fc.constant<Make>((state) => ({
  args: ['key', 'add'],
  refusals: [],
  after: { ...state, ring: [...state.ring, fresh] },
  key: { action: 'create', isRingChanged: true },
}));

const keyActivate = fc.nat().map(
  (which): Make =>
    (state) => {
      const kid = state.ring[which % state.ring.length] as string;
      const ring = [kid, ...state.ring.filter((other) => other !== kid)];
      const args = ['key', 'activate', kid];
      if (kid === state.ring[0]) return { args, refusals: [], after: state };
      return { args, refusals: [], after: { ...state, ring }, key: { action: 'activate', isRingChanged: true } };
    },
);

const keyRotate = fc.constant<Make>((state, keys) => {
  const isUnfinished = [...keys].some(([kid, count]) => kid !== state.ring[0] && count > 0);
  const after = isUnfinished ? state : { ...state, ring: [fresh, ...state.ring] };
  const key = { action: 'rotate', isRingChanged: !isUnfinished };
  return { args: ['key', 'rotate'], refusals: [], after, key, isResealing: true };
});

const keyRemove = fc.nat().map(
  (which): Make =>
    (state, keys) => {
      const kid = state.ring[which % state.ring.length] as string;
      const isNeeded = kid === state.ring[0] || (keys.get(kid) ?? 0) > 0;
      const after = { ...state, ring: state.ring.filter((other) => other !== kid) };
      const key = { action: 'remove', isRingChanged: true };
      return { args: ['key', 'remove', kid], refusals: isNeeded ? [conflict] : [], after, key };
    },
);

/** Any command of those that change something. */
export const anyCommand: fc.Arbitrary<Make> = fc.oneof(
  { weight: 12, arbitrary: add },
  { weight: 6, arbitrary: update },
  { weight: 7, arbitrary: rotate },
  { weight: 3, arbitrary: undo },
  { weight: 1, arbitrary: forget },
  { weight: 2, arbitrary: switched },
  { weight: 5, arbitrary: remove },
  { weight: 3, arbitrary: link },
  { weight: 5, arbitrary: apply },
  { weight: 1, arbitrary: tenantAdd },
  { weight: 1, arbitrary: tenantRemove },
  { weight: 1, arbitrary: keyAdd },
  { weight: 1, arbitrary: keyActivate },
  { weight: 2, arbitrary: keyRotate },
  { weight: 1, arbitrary: keyRemove },
);
