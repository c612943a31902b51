import { categoryList } from '../../core/category.ts';
import type { JsonObject } from '../../core/field.ts';
import { categoryKeys } from '../../manifest/keys.ts';
import { providersOf } from '../../providers/index.ts';
import type { Route } from '../route.ts';

const ofTenant = 'Tenant';
const ofServer = 'Server';

/** What an operation is about, as a viewer groups them. */
export function tagOf({ path }: Route): string {
  const [, inTenant] = /^\/api\/v1\/\{tenantId\}\/integrations\/(\w+)/.exec(path) ?? [];
  if (inTenant === undefined) return ofServer;
  return categoryList.find(({ name }) => categoryKeys[name] === inTenant)?.title ?? ofTenant;
}

export const tags: readonly JsonObject[] = [
  ...categoryList.map(({ name, title, noun }) => ({
    name: title,
    description: `The ${noun}s of a tenant: ${providersOf(name)
      .map((provider) => provider.title)
      .join(', ')}.`,
  })),
  { name: ofTenant, description: 'All integrations of a tenant at once.' },
  { name: ofServer, description: 'What concerns no single tenant.' },
];
