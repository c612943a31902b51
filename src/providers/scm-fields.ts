import { type FieldDraft, Unfit } from '../core/field.ts';
import { plainHttpWarning, text } from '../core/field-builders.ts';
import { addressIn, notOneOf, pathOf } from '../core/pasted/address.ts';

const sshUser = /^[a-z][a-z0-9-]{0,31}$/;

/** Where providers host repositories themselves: each names its own, and an address there belongs to no other. */
const hosts = new Set<string>();

interface ScmOptions {
  /** Where the provider hosts repositories itself. */
  host: string;
  /** The repository in the path of one of its pages; the path itself where it is no such page, undefined where no repository is in it. */
  repositoryIn: (path: readonly string[], isHosted: boolean) => readonly string[] | undefined;
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
      normalise: (name) => ownerOf(name, options.host).replace(/^\/+|(?<!\/)\/+$/g, ''),
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

/** As `hostAddress`, for links: that of the provider's own pages where an address leads nowhere. */
export function pagesOf(repositoryUrl: unknown, host: string): RepositoryAddress {
  try {
    return hostAddress(String(repositoryUrl ?? ''));
  } catch (error) {
    if (error instanceof Unfit) return { origin: `https://${host}`, path: [] };
    throw error;
  }
}

/**
 * The address as it was given: what somebody pasted is what they find again and can clone. Of a page, the repository
 * that it belongs to; `acme/mobile` is one where the provider hosts it.
 */
function repositoryUrlOf(given: string, { host, repositoryIn }: ScmOptions): string {
  const whole = wholeAddress(given, host);
  const { origin, path } = repositoryAddress(whole);
  const elsewhere = [...hosts].find((other) => other !== host && origin === `https://${other}`);
  if (elsewhere) throw new Unfit(`is on ${elsewhere}, which is another provider`);
  const repository = repositoryIn(path, origin === `https://${host}`);
  if (!repository) throw notOneOf('repository', 'the address of the repository itself');
  if (repository !== path) return [origin, ...repository].join('/');
  return whole.replace(/(?<!\/)\/+$/, '');
}

/** Without what stands around it and behind its path, and with the host that was left out. */
function wholeAddress(given: string, host: string): string {
  const short = /^(?:www\.)?(?:([\w-]+\.[\w.-]+)\/)?([\w~.-]+(?:\/[\w.-]+)+)\/?$/.exec(given);
  if (
    short &&
    given.length < 300 &&
    (short[1] === undefined ? !short[2]?.split('/')[0]?.includes('.') : short[1] === host)
  ) {
    return `https://${host}/${short[2]}`;
  }
  const address = addressIn(given);
  if (!address) return given;
  if (address.username || address.password) return given;
  return address.search || address.hash ? address.origin + address.pathname : inner(given, address);
}

/** What was copied keeps its spelling. */
function inner(given: string, { href }: URL): string {
  return URL.parse(given)?.href === href ? given : href;
}

/** A name, or that in an address of its page. */
function ownerOf(given: string, host: string): string {
  const address = addressIn(given);
  if (!address || address.hostname.replace(/^www\./, '') !== host) return given;
  const [first = '', second] = pathOf(address);
  return /^(orgs|groups|organizations|users|enterprises)$/.test(first) && second ? second : first;
}

/**
 * A branch or tag without `refs/heads/` or `refs/tags/`.
 * @throws Unfit for what git itself refuses (git-check-ref-format)
 */
export function refName(given: string): string {
  const name = given.replace(/^refs\/(heads|tags)\//, '');
  if (/[\s~^:?*[\\]|\.\.|@\{|\/\/|\/\.|^[-/.]|[/.]$|\.lock(\/|$)/.test(name)) {
    throw new Unfit('is not a name that git accepts for a branch or tag');
  }
  return name;
}
