import { linkedBy, type Overview } from '../app/overview.ts';
import { type CategoryName, categories, categoryList } from '../core/category.ts';
import { links } from '../core/links.ts';
import { quotable } from '../core/text.ts';
import { type ListedIntegration, providerOf } from '../db/stores/codec.ts';
import type { DrawingView } from '../output/view.ts';

type Drawing = 'tree' | 'mermaid' | 'dot';

interface Node {
  id: string;
  category: string;
  name: string;
  provider: string;
  active: boolean;
}

interface Edge {
  from: string;
  to: string;
  uses: string;
}

interface Drawn {
  tenant: Overview['tenant'];
  nodes: Node[];
  edges: Edge[];
}

export function graphView(overview: Overview): DrawingView {
  const nodes = categoryList.flatMap(({ name }) => overview.integrations[name].map((row) => nodeOf(name, row)));
  const edges = overview.integrations.pipeline.flatMap((row) => {
    const used = linkedBy(overview, row);
    return links.flatMap((link) => (used[link] ? [{ from: row.id, to: used[link].id, uses: link }] : []));
  });
  const drawn = { tenant: overview.tenant, nodes, edges };
  const drawings: Record<Drawing, () => string> = {
    tree: () => tree(drawn),
    mermaid: () => mermaid(drawn),
    dot: () => dot(drawn),
  };
  const data = {
    tenant: { id: overview.tenant.id, displayName: overview.tenant.name },
    nodes: nodes.map((node) => ({ ...node })),
    edges: edges.map((edge) => ({ ...edge })),
  };
  return { kind: 'drawing', drawings, data };
}

function nodeOf(category: CategoryName, row: ListedIntegration): Node {
  return {
    id: row.id,
    category,
    name: row.displayName,
    provider: providerOf(categories[category], row).title,
    active: row.isActive,
  };
}

function tree({ tenant, nodes, edges }: Drawn): string {
  const groups = categoryList
    .map(({ name }) => ({ name, members: nodes.filter(({ category }) => category === name) }))
    .filter(({ members }) => members.length > 0);
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  const usedBy = new Map<string, Edge[]>();
  for (const edge of edges) usedBy.set(edge.from, [...(usedBy.get(edge.from) ?? []), edge]);
  const lines = [quotable(tenant.name, 255)];
  for (const [index, { name, members }] of groups.entries()) {
    const last = index === groups.length - 1;
    lines.push(`${last ? '└── ' : '├── '}${name}`);
    for (const [place, node] of members.entries()) {
      const lastMember = place === members.length - 1;
      const stem = last ? '    ' : '│   ';
      lines.push(`${stem}${lastMember ? '└── ' : '├── '}${label(node)}`);
      const used = usedBy.get(node.id) ?? [];
      for (const [at, edge] of used.entries()) {
        const branch = at === used.length - 1 ? '└── ' : '├── ';
        lines.push(
          `${stem}${lastMember ? '    ' : '│   '}${branch}uses ${edge.uses} ${quotable(names.get(edge.to) ?? '', 255)}`,
        );
      }
    }
  }
  if (groups.length === 0) lines.push('└── no integrations yet');
  return lines.join('\n');
}

function label({ name, provider, active }: Node): string {
  return `${quotable(name, 255)} (${provider}${active ? '' : ', switched off'})`;
}

function mermaid({ tenant, nodes, edges }: Drawn): string {
  // Mermaid reads entities where quotes would end a text.
  const quoted = (text: string) => `"${text.replace(/[&<>"#;\\]/g, (char) => `#${char.charCodeAt(0)};`)}"`;
  const groups = categoryList.flatMap(({ name }) => {
    const members = nodes.filter(({ category }) => category === name);
    return members.length === 0
      ? []
      : [`  subgraph ${name}`, ...members.map((node) => `    ${node.id}[${quoted(label(node))}]`), '  end'];
  });
  return [
    `---`,
    `title: ${JSON.stringify(quotable(tenant.name, 255))}`,
    `---`,
    'graph LR',
    ...groups,
    ...edges.map(({ from, to, uses }) => `  ${from} -->|${uses}| ${to}`),
  ].join('\n');
}

function dot({ tenant, nodes, edges }: Drawn): string {
  const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const groups = categoryList.flatMap(({ name }) => {
    const members = nodes.filter(({ category }) => category === name);
    if (members.length === 0) return [];
    return [
      `  subgraph cluster_${name} {`,
      `    label=${quoted(name)};`,
      ...members.map((node) => `    ${quoted(node.id)} [label=${quoted(label(node))}];`),
      '  }',
    ];
  });
  return [
    'digraph integrations {',
    `  label=${quoted(quotable(tenant.name, 255))};`,
    '  rankdir=LR;',
    '  node [shape=box];',
    ...groups,
    ...edges.map(({ from, to, uses }) => `  ${quoted(from)} -> ${quoted(to)} [label=${quoted(uses)}];`),
    '}',
  ].join('\n');
}
