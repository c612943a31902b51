/** What a pipeline uses: the one it builds from, and the one it releases to. */
export type Link = 'scm' | 'target';

export const links: readonly Link[] = ['scm', 'target'];

/** The column of a pipeline that names what it uses. */
export const linkColumns: Readonly<Record<Link, string>> = { scm: 'scmIntegrationId', target: 'targetIntegrationId' };

export function isLink(name: string): name is Link {
  return (links as readonly string[]).includes(name);
}
