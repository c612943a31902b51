import { type Link, links } from '../core/links.ts';

type Named = Readonly<Record<Link, readonly { id: string; displayName: string }[]>>;

/** Tells what the SCMs and the targets of a tenant are called, which pipelines refer to by their ids. */
export function namesOf(integrations: Named): (link: Link, id: string) => string | undefined {
  const names = new Map(
    links.map((link) => [link, new Map(integrations[link].map(({ id, displayName }) => [id, displayName]))]),
  );
  return (link, id) => names.get(link)?.get(id);
}
