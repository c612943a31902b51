import type { Category } from '../../core/category.ts';
import { usage } from '../../core/error.ts';
import type { Provider } from '../../core/provider.ts';
import { providersOf } from '../../providers/index.ts';
import type { Input } from '../command.ts';
import { flagsOf } from './field-flags.ts';

/** The flags of all providers, each once; what several have in common stands under no provider's name. */
export function allFlags(providers: readonly Provider[]) {
  const flags = providers.flatMap((provider) => flagsOf(provider, `Flags of ${provider.name}`));
  const shared = (name: string) => flags.filter((flag) => flag.name === name).length === providers.length;
  const seen = new Set<string>();
  return flags
    .filter(({ name }) => !seen.has(name) && seen.add(name))
    .map((flag) => (shared(flag.name) ? { ...flag, group: 'Flags' } : flag));
}

/** Whether no flag says anything of the integration itself. */
export function isUntold(category: Category, input: Input): boolean {
  const own = new Set(allFlags(providersOf(category.name)).map(({ name }) => name));
  return !Object.keys(input.flags).some((name) => own.has(name));
}

/** Flags of another provider of the category. @throws AppError USAGE */
export function refuseForeignFlags(provider: Provider, category: Category, input: Input): void {
  const own = new Set(flagsOf(provider, '').map(({ name }) => name));
  const all = new Set(allFlags(providersOf(category.name)).map(({ name }) => name));
  const foreign = Object.keys(input.flags).filter((name) => all.has(name) && !own.has(name));
  if (foreign.length === 0) return;
  throw usage(`${provider.name} has no ${foreign.map((name) => `--${name}`).join(', ')}`, {
    hint: `integrations provider show ${provider.name}`,
    field: foreign[0],
  });
}
