import { Secret } from '../core/secret.ts';
import { typedPath } from '../files/typed-path.ts';

/** Where a credential stands. */
export type CredentialSource =
  | { kind: 'env'; name: string }
  | { kind: 'file'; path: string }
  | { kind: 'value'; secret: Secret };

export function sourceForms(isStdin: boolean): string {
  return isStdin ? 'env:NAME, file:PATH, value:TEXT or keep' : 'env:NAME, file:PATH or keep';
}

/** A source as it stands in a manifest, or why it is none. The text itself is not repeated. */
export function readSource(text: string, isStdin: boolean): CredentialSource | string {
  if (text.startsWith('env:')) {
    const name = text.slice('env:'.length);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return 'must have the name of an environment variable after "env:"';
    if (/^INTEGRATIONS_/i.test(name)) return 'cannot come from a variable of our own (INTEGRATIONS_…)';
    return { kind: 'env', name };
  }
  if (text.startsWith('file:')) {
    const path = typedPath(text.slice('file:'.length));
    return path === '' ? 'must have a path after "file:"' : { kind: 'file', path };
  }
  if (text.startsWith('value:')) {
    if (isStdin) return { kind: 'value', secret: new Secret(text.slice('value:'.length)) };
    return 'may be given as value: only on standard input; a file holds env:NAME, file:PATH or keep';
  }
  return `must be ${sourceForms(isStdin)}, not the credential itself`;
}
