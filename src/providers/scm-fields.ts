import { type FieldDraft, Unfit } from '../core/field.ts';
import { plainHttpWarning, text } from '../core/field-builders.ts';

const sshUser = /^[a-z][a-z0-9-]{0,31}$/;

/** Where providers host repositories themselves: each names its own, and an address there belongs to no other. */
const hosts = new Set<string>();

interface ScmOptions {
  /** Where the provider hosts repositories itself. */
  host: string;
  /** Whether a path leads to a page inside a repository; by default one that has more than owner and repository, where the provider hosts it. */
  isPage?: (path: readonly string[], isHosted: boolean) => boolean;
  organization: { help: string; example: string; pattern: RegExp; shape: string };
  repositoryUrl: { example: string };
  accessToken: FieldDraft;
  refreshToken: FieldDraft;
}

/** The fields of every source control provider. */
export function scmFields(
  options: ScmOptions,
): Record<'organization' | 'repositoryUrl' | 'defaultBranch' | 'accessToken' | 'refreshToken', FieldDraft> {
  hosts.add(options.host);
  const repositoryUrl = text({
    ...options.repositoryUrl,
    label: 'Repository URL',
    help: 'Web or clone address: https://, ssh:// or git@host:owner/name.git, without credentials',
    max: 512,
    normalise: (given) => repositoryUrlOf(given, options),
    warn: (given) => (/^http:/i.test(given) ? plainHttpWarning(new URL(given)) : undefined),
  });
  return {
    organization: text({
      ...options.organization,
      label: 'Organization',
      normalise: (name) => name.replace(/^\/+|(?<!\/)\/+$/g, ''),
    }),
    repositoryUrl: { ...repositoryUrl, kind: 'url' },
    defaultBranch: text({
      label: 'Default branch',
      help: 'The branch that releases are made from',
      example: 'main',
      default: 'main',
      optional: true,
      asked: true,
      normalise: refName,
    }),
    accessToken: options.accessToken,
    refreshToken: options.refreshToken,
  };
}

export interface RepositoryAddress {
  /** Where the host answers on the web, such as `https://github.com`; what the address of its API derives from. */
  origin: string;
  /** Groups or owner, then the repository, without `.git`; before them what a server of one's own has in front. */
  path: string[];
}

/**
 * Takes a `repositoryUrl` apart, whichever of its forms it has. The port of an SSH address is left out: it is not the
 * web's.
 * @throws Unfit
 */
export function repositoryAddress(given: string): RepositoryAddress {
  const address = hostAddress(given);
  if (address.path.length < 2)
    throw new Unfit('must name owner and repository, for example https://github.com/acme/mobile');
  return address;
}

/** As `repositoryAddress`, of an address that may end before the repository: that of a server alone. @throws Unfit */
export function hostAddress(given: string): RepositoryAddress {
  const scp = /^([\w.-]+@[\w.-]+):(?!\/\/)(.+)$/.exec(given);
  const address = URL.parse(scp ? `ssh://${scp[1]}/${scp[2]}` : given);
  if (!address?.hostname || !/^(https?|ssh):$/.test(address.protocol)) {
    throw new Unfit('is not a repository address, for example https://github.com/acme/mobile');
  }
  const ssh = address.protocol === 'ssh:';
  // The user of an SSH address is the server's, mostly 'git'; what does not look like one may be a token.
  if (address.password || (address.username && !(ssh && sshUser.test(address.username)))) {
    throw new Unfit('has credentials in it; leave out what stands before the "@"');
  }
  if (address.search || address.hash) throw new Unfit('has "?" or "#" in it; give the address of the repository');
  const withoutEnd = address.pathname.replace(/(\.git)?(?<!\/)\/*$/, '');
  const path = withoutEnd.split('/').filter((segment) => segment !== '');
  const hostname = address.hostname.toLowerCase();
  const alias = /^(?:(?:alt)?ssh|www)\.(.+)$/.exec(hostname)?.[1] ?? '';
  const host = hosts.has(alias) ? alias : hostname;
  return {
    origin: ssh ? `https://${host}` : `${address.protocol}//${host}${address.port && `:${address.port}`}`,
    path,
  };
}

/** The address as it was given, checked: what somebody pasted is what they find again and can clone. */
function repositoryUrlOf(given: string, { host, isPage = hasMoreThanTwo }: ScmOptions): string {
  const { origin, path } = repositoryAddress(given);
  const elsewhere = [...hosts].find((other) => other !== host && origin === `https://${other}`);
  if (elsewhere) throw new Unfit(`is on ${elsewhere}, which is another provider`);
  if (isPage(path, origin === `https://${host}`)) {
    throw new Unfit('is a page inside the repository; give the address of the repository itself');
  }
  return given.replace(/(?<!\/)\/+$/, '');
}

function hasMoreThanTwo(path: readonly string[], isHosted: boolean): boolean {
  return isHosted && path.length > 2;
}

/**
 * A branch or tag without `refs/heads/` or `refs/tags/`.
 * @throws Unfit for what git itself refuses (git-check-ref-format)
 */
export function refName(given: string): string {
  const name = given.replace(/^refs\/(heads|tags)\//, '');
  if (/[\s~^:?*[\\]|\.\.|@\{|\/\/|\/\.|^[-/.]|[/.]$|\.lock(\/|$)/.test(name)) {
    throw new Unfit('is not a name that git takes for a branch or tag');
  }
  return name;
}
