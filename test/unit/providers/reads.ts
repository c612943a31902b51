import { expect } from 'vitest';
import { type Field, Unfit, unfitError } from '../../../src/core/field.ts';
import type { Provider } from '../../../src/core/provider.ts';
import { Secret } from '../../../src/core/secret.ts';

/** What comes of a value: what is stored and what the user is told, or why it is refused. */
export type Outcome = { stored: unknown; warnings: string[] } | { refused: string };

export function fieldOf(provider: Provider, name: string): Field {
  const field = provider.fields.find((candidate) => candidate.name === name);
  if (!field) throw new Error(`${provider.name} has no field ${name}`);
  return field;
}

/** Reads a value as the tool would, and makes sure that a refusal names its field and does not quote a credential. */
export function read(provider: Provider, name: string, input: unknown): Outcome {
  const field = fieldOf(provider, name);
  const reading = field.read(field.credential && typeof input === 'string' ? new Secret(input) : input);
  if (reading instanceof Unfit) {
    const error = unfitError(field, reading);
    expect(error).toMatchObject({ code: 'VALIDATION', field: name });
    if (field.credential && String(input).length > 5) expect(error.message).not.toContain(String(input));
    return { refused: error.message };
  }
  const { value, warnings } = reading;
  expect(value instanceof Secret).toBe(field.credential);
  if (field.credential) for (const warning of warnings) expect(warning).not.toContain(input);
  return { stored: value instanceof Secret ? value.reveal() : value, warnings };
}

/** The stored form of a value that is taken without a word. */
export function stored(provider: Provider, name: string, input: unknown): unknown {
  const outcome = read(provider, name, input);
  expect(outcome).toMatchObject({ warnings: [] });
  return 'stored' in outcome ? outcome.stored : undefined;
}

/** The one warning about a value that is taken; the value is stored as it was given. */
export function warning(provider: Provider, name: string, input: unknown): string {
  const outcome = read(provider, name, input);
  expect(outcome).toMatchObject({ stored: input, warnings: [expect.any(String)] });
  return 'warnings' in outcome ? `${outcome.warnings[0]}` : '';
}

export function refusal(provider: Provider, name: string, input: unknown): string {
  const outcome = read(provider, name, input);
  expect(outcome).toHaveProperty('refused');
  return 'refused' in outcome ? outcome.refused : '';
}
