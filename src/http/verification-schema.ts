import { categoryList } from '../core/category.ts';
import type { Json } from '../core/field.ts';
import { verificationStatuses } from '../db/stores/codec.ts';
import type { VerificationItem } from '../library/types.ts';
import { hintInApi } from './api-words.ts';
import type { Answer, Schema } from './route.ts';

const status: Schema = { type: 'string', enum: [...verificationStatuses] };
const textOrNull: Schema = { type: ['string', 'null'] };

const check: Schema = {
  title: 'Check',
  type: 'object',
  required: ['name', 'outcome', 'detail'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', enum: ['scm', 'target', 'credential', 'resource', 'permission'] },
    outcome: { type: 'string', enum: ['passed', 'failed', 'unproven', 'undecided', 'skipped'] },
    detail: { type: 'string' },
  },
};

const properties: Schema = {
  id: { type: 'string' },
  displayName: { type: 'string' },
  category: { type: 'string', enum: categoryList.map(({ name }) => name) },
  type: { type: 'string', description: "The provider's name" },
  outcome: { type: 'string', enum: ['valid', 'invalid', 'expired', 'undecided'] },
  status,
  previousStatus: status,
  checks: { type: 'array', items: check },
  errorCode: textOrNull,
  hint: textOrNull,
  expiresAt: { type: ['string', 'null'], format: 'date-time' },
  account: { ...textOrNull, description: 'Whom the provider takes the credential for' },
  latencyMs: { type: 'number' },
};

/** A report as it is answered. */
export function reportAnswer(items: readonly VerificationItem[]): Answer {
  const told = items.map((item) => ({ ...item, hint: item.hint === null ? null : (hintInApi(item.hint) ?? null) }));
  return { body: told as unknown as Json };
}

/** What a verification found of each. */
export const reportSchema: Schema = {
  type: 'array',
  items: {
    title: 'VerificationItem',
    type: 'object',
    required: Object.keys(properties),
    additionalProperties: false,
    properties,
  },
};
