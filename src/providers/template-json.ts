import type { Json } from '../core/field.ts';
import { type Filled, isFilledObject, TemplateText } from '../core/ticket-text.ts';

/** What a template says in a provider's own form, its texts as they are. */
export function jsonOf(value: Filled): Json {
  if (value instanceof TemplateText) return value.plain;
  if (Array.isArray(value)) return (value as readonly Filled[]).map(jsonOf);
  if (!isFilledObject(value)) return value as number | boolean | null;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, jsonOf(each)]));
}
