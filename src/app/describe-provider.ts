import type { Field, Json, JsonObject } from '../core/field.ts';
import type { Bundle, Provider } from '../core/provider.ts';

/** A provider as scripts see it. */
export function summaryOf({ name, category, type, title }: Provider) {
  return { name, category: category.name, type, title };
}

/** The same with its fields, and where credentials are made. */
export function describeProvider(provider: Provider) {
  const fields: JsonObject[] = [...provider.fields.map(fieldData), ...provider.bundles.map(bundleData)];
  return { ...summaryOf(provider), fields };
}

function fieldData(field: Field): JsonObject {
  return {
    name: field.name,
    flag: `--${field.flag}`,
    label: field.label,
    help: field.help,
    kind: field.kind,
    credential: field.credential,
    required: field.required,
    requiredUnless: field.insteadOf ?? null,
    default: (field.default ?? null) as Json,
    pattern: field.pattern?.source ?? null,
    example: field.example ?? null,
    whereToGet: field.whereToGet ?? null,
    madeAt: [...field.madeAt({})],
    permissions: field.permissions ?? null,
  };
}

function bundleData(bundle: Bundle): JsonObject {
  return {
    name: bundle.name,
    flag: `--${bundle.flag}`,
    label: bundle.label,
    help: bundle.help,
    kind: 'bundle',
    credential: true,
    required: false,
    requiredUnless: null,
    default: null,
    pattern: null,
    example: null,
    whereToGet: null,
    madeAt: [],
    permissions: null,
    fills: [...bundle.fills],
  };
}
