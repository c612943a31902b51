const versions = new WeakMap<object, string>();

/** Remembers of which version it is what is shown. */
export function versioned<Shown extends object>(shown: Shown, version: string): Shown {
  versions.set(shown, version);
  return shown;
}

/**
 * The version of an integration as a call answered with it, other than `list` and `page`: another one after each change
 * that somebody makes, a credential's included. What its provider says of it makes no other version.
 */
export function versionOf(integration: object): string {
  const version = versions.get(integration);
  if (version !== undefined) return version;
  throw new TypeError('a version is told of what get, create, update, enable, disable and rotate answer with');
}
