import { type FindLinked, type Given, providerGiven, readInput, refuseOtherType } from '../app/input.ts';
import { change, create, setActive } from '../app/integrations.ts';
import { present } from '../app/present.ts';
import { resolveRef } from '../app/ref.ts';
import { removalOf, remove } from '../app/removal.ts';
import { reveal } from '../app/reveal.ts';
import { refuseWithoutCredentials, rotate } from '../app/rotate.ts';
import type { TenantScope } from '../app/scope.ts';
import { askAboutChange, askAboutNew, undecidedAfter } from '../app/verify-first.ts';
import { refuseOtherVersion, versionOf } from '../app/version.ts';
import type { Category } from '../core/category.ts';
import { invalid } from '../core/error.ts';
import type { JsonObject } from '../core/field.ts';
import { type Integration, providerOf } from '../db/stores/codec.ts';
import type { IntegrationStore } from '../db/stores/integration.ts';
import type { ListFilter } from '../db/stores/list.ts';
import { askingOf, verifyRows } from './asking.ts';
import type { TenantCalls } from './host.ts';
import { listRows, pageOfRows } from './list.ts';
import { requireOptions, storeNames, updateNames } from './option-names.ts';
import { requireText } from './options.ts';
import { refsOf } from './reading.ts';
import type { CategoryCalls, Environment } from './types.ts';
import { versioned } from './version.ts';

/** The calls of any category; what each provider has in particular is a matter of types alone. */
export type AnyCalls = CategoryCalls<{
  integration: JsonObject;
  credentials: JsonObject;
  new: Given;
  changes: Given;
  rotation: Given;
}>;

/** A category of a tenant, as its calls work on it. */
interface Place extends TenantCalls {
  category: Category;
  environment: Environment;
  /** @param version refused where it is of another one */
  find(scope: TenantScope, ref: string, version?: string): Promise<Integration>;
  findLinked: FindLinked;
  shown(row: Integration): JsonObject;
}

/** How integrations of the tenant are named. */
export interface Naming {
  /** The one that a call is about. @throws AppError NOT_FOUND */
  find(store: IntegrationStore, ref: string, tenantName: string): Promise<Integration>;
  findLinked: FindLinked;
}

export const byIdOrName: Naming = {
  find(store, ref, tenantName) {
    requireText(ref, 'ref');
    return resolveRef(store, ref, { tenantName, allowPartial: false });
  },
  findLinked: (store, ref, { tenantName }) => resolveRef(store, ref, { tenantName, allowPartial: false }),
};

/** @template Calls of that category */
export function createCategory<Calls>(
  calls: TenantCalls,
  category: Category,
  environment: Environment,
  naming = byIdOrName,
): Calls {
  const place: Place = {
    ...calls,
    category,
    environment,
    async find({ stores, tenant: { id, displayName } }, ref, version) {
      const found = await naming.find(stores[category.name], ref, displayName ?? id);
      if (version !== undefined) refuseOtherVersion(found, version);
      return found;
    },
    findLinked: naming.findLinked,
    shown: (row) => shown(category, row),
  };
  const all: AnyCalls = { ...readingCalls(place), ...storingCalls(place), ...changingCalls(place) };
  return all as Calls;
}

/** An integration as a call answers with it, which has a version. */
export function shown(category: Category, row: Integration): JsonObject {
  return versioned(present(category, row), versionOf(row));
}

const whose = ({ deps, tenant: { id } }: TenantScope) => ({ deps, tenantId: id });

type ReadingCalls = Pick<AnyCalls, 'list' | 'page' | 'get' | 'verify' | 'credentials'>;

function readingCalls({ run, iterate, category, environment, find, shown }: Place): ReadingCalls {
  return {
    list: (filter = {}) => iterate((scope) => listRows(whose(scope), category, filter)),
    page: (filter = {}) => run('read', (scope) => pageOfRows(whose(scope), category, filter)),
    get: (ref) => run('read', async (scope) => shown(await find(scope, ref))),

    verify: (refs = [], options = {}) =>
      run('verify', async (scope) => {
        const common = { names: [category.name], tenantId: scope.tenant.id };
        // All of them are looked up before the first provider is asked.
        const ids = new Set<string>();
        for (const ref of refsOf(refs)) ids.add((await find(scope, ref)).id);
        const filters: ListFilter[] = ids.size === 0 ? [{}] : [...ids].map((only) => ({ only }));
        const selections = filters.map((filter) => ({ ...common, filter }));
        return verifyRows(scope, selections, { asked: options, environment });
      }),

    credentials: (ref, reading) =>
      run(
        'apply',
        async (scope) => {
          requireOptions(reading, { purpose: true }, 'reading');
          requireText(reading.purpose, 'purpose');
          const found = await find(scope, ref);
          return { [category.typeColumn]: found[category.typeColumn] ?? null, ...(await reveal(scope, found)) };
        },
        reading?.purpose,
      ),
  };
}

type StoringCalls = Pick<AnyCalls, 'create' | 'update'>;

function storingCalls({ run, category, environment, find, findLinked, shown }: Place): StoringCalls {
  return {
    create: (given, options = {}) =>
      run('apply', async (scope) => {
        requireOptions(options, storeNames);
        const { verify = false, ...asked } = options;
        const provider = providerGiven(category, given);
        const { values, isActive } = await readInput(scope, provider, given, findLinked);
        const answered = verify
          ? await askAboutNew(scope, { provider, values }, askingOf(scope.deps, { asked, environment }))
          : undefined;
        const active = isActive === undefined ? {} : { isActive };
        const row = await create(scope, { provider, values, decision: answered?.decision, ...active });
        warn(scope, answered && undecidedAfter(answered, row));
        return shown(row);
      }),

    update: (ref, given, options = {}) =>
      run('apply', async (scope) => {
        requireOptions(options, updateNames);
        const { verify = false, ifMatch, ...asked } = options;
        const found = await find(scope, ref, ifMatch);
        refuseOtherType(category, found, given);
        const { values: read, isActive } = await readInput(scope, providerOf(category, found), given, findLinked);
        const values = isActive === undefined ? read : { ...read, isActive };
        const answered = verify
          ? await askAboutChange(scope, found, values, askingOf(scope.deps, { asked, environment }))
          : undefined;
        const row = await change(scope, found, values, { decision: answered?.decision });
        warn(scope, answered && row && undecidedAfter(answered, row));
        return shown(row ?? found);
      }),
  };
}

type ChangingCalls = Pick<AnyCalls, 'enable' | 'disable' | 'rotate' | 'remove'>;

function changingCalls({ run, category, environment, find, findLinked, shown }: Place): ChangingCalls {
  const switched = (ref: string, isActive: boolean) =>
    run('apply', async (scope) => shown(await setActive(scope, await find(scope, ref), isActive)));

  return {
    enable: (ref) => switched(ref, true),
    disable: (ref) => switched(ref, false),

    rotate: (ref, given, options = {}) =>
      run('apply', async (scope) => {
        requireOptions(options, updateNames);
        const { verify = true, ifMatch, ...asked } = options;
        const found = await find(scope, ref, ifMatch);
        const provider = providerOf(category, found);
        refuseWithoutCredentials(provider);
        refuseOtherType(category, found, given);
        const credentials = provider.fields.filter(({ credential }) => credential).map(({ name }) => name);
        const names = [...credentials, 'credentialExpiresAt'];
        const { values } = await readInput(scope, provider, given, findLinked, names);
        if (!credentials.some((name) => name in values)) {
          throw invalid(`missing: ${credentials.join(' or ')}`, { field: credentials[0] });
        }
        const asking = verify ? askingOf(scope.deps, { asked, environment }) : undefined;
        const { row, failure } = await rotate(scope, found, values, asking);
        warn(scope, failure);
        return shown(row);
      }),

    remove: (ref, options = {}) =>
      run('apply', async (scope) => {
        requireOptions(options, { cascade: true, ifMatch: true });
        const { cascade = false, ifMatch } = options;
        const removals = await removalOf(scope, { category, row: await find(scope, ref, ifMatch) }, { cascade });
        await remove(scope, removals);
        return removals.map(({ category: { name }, row: { id, displayName } }) => {
          return { id, displayName, category: name };
        });
      }),
  };
}

/** What is stored all the same, though not all is well with it. */
function warn({ deps }: TenantScope, problem: Error | undefined): void {
  if (problem) deps.warn(problem.message);
}
