import type { Field } from '../core/field.ts';
import type { Provider } from '../core/provider.ts';
import { providers } from '../providers/index.ts';
import type { FieldDescription, ProviderDescription } from './provider-description.ts';

export function providerDescriptions(): ProviderDescription[] {
  return providers.map((provider) => ({
    name: provider.name,
    category: provider.category.name,
    type: provider.type,
    title: provider.title,
    scm: provider.scm ?? null,
    fields: provider.fields.map((field) => fieldDescription(provider, field)),
  }));
}

function fieldDescription({ fields }: Provider, field: Field): FieldDescription {
  const { name, label, kind, credential, required, asked, requiredWhen } = field;
  const help = field.helpInJson ?? field.help;
  // Whether it is needed hangs on what else is given: one at a time tells on what.
  const requiredWith = requiredWhen?.(() => false)
    ? []
    : fields.map((each) => each.name).filter((each) => requiredWhen?.((given) => given === each));
  return {
    ...{ name, label, help, kind, credential, required, requiredWith, asked },
    requiredUnless: field.insteadOf ?? null,
    default: field.default ?? null,
    example: kind === 'json' ? null : (field.example ?? null),
    inWords: field.inWords ?? null,
    suggestions: [...field.suggestions],
    references: field.references ?? null,
    whereToGet: field.whereToGet ?? null,
    permissions: field.permissions ?? null,
    madeAt: field.madeAt({}).map(({ address }) => address),
  };
}
