import { linkedBy, type Overview } from '../app/overview.ts';
import { type Category, categoryList } from '../core/category.ts';
import { type Link, links } from '../core/links.ts';
import { quotable } from '../core/text.ts';
import { providerOf } from '../db/stores/codec.ts';
import type { Glance } from '../db/stores/list.ts';
import type { Data, DrawingView } from '../output/view.ts';

/** Line by line: a picture of many integrations is never whole in memory. */
type Drawing = (overview: Overview) => Generator<string>;

export function graphView(overview: Overview): DrawingView {
  const drawn = (drawing: Drawing) => () => drawing(overview);
  return {
    kind: 'drawing',
    drawings: { tree: drawn(tree), mermaid: drawn(mermaid), dot: drawn(dot) },
    data: () => dataOf(overview),
  };
}

function dataOf(overview: Overview): Data {
  return {
    tenant: { id: overview.tenant.id, displayName: overview.tenant.name },
    nodes: categoryList.flatMap((category) =>
      overview.integrations[category.name].map((row) => ({
        id: row.id,
        category: category.name,
        name: row.displayName,
        provider: providerOf(category, row).title,
        active: row.isActive,
      })),
    ),
    edges: [...edgesOf(overview)].map(({ from, to, uses }) => ({ from, to: to.id, uses })),
  };
}

interface Edge {
  from: string;
  to: Glance;
  uses: Link;
}

function* edgesOf(overview: Overview): Generator<Edge> {
  for (const row of overview.integrations.pipeline) yield* edgesFrom(row, overview);
}

function edgesFrom(row: Glance, overview: Overview): Edge[] {
  const used = linkedBy(overview, row);
  return links.flatMap((uses) => (used[uses] ? [{ from: row.id, to: used[uses], uses }] : []));
}

/** The categories that have integrations. */
function groupsOf({ integrations }: Overview): { category: Category; members: readonly Glance[] }[] {
  return categoryList
    .map((category) => ({ category, members: integrations[category.name] }))
    .filter(({ members }) => members.length > 0);
}

export function* tree(overview: Overview): Generator<string> {
  const groups = groupsOf(overview);
  yield `${quotable(overview.tenant.name, 255)}\n`;
  for (const { category, members } of groups) {
    const last = category === groups.at(-1)?.category;
    yield `${last ? '└── ' : '├── '}${category.name}\n`;
    const stem = last ? '    ' : '│   ';
    for (const [place, row] of members.entries()) {
      const lastMember = place === members.length - 1;
      yield `${stem}${lastMember ? '└── ' : '├── '}${label(category, row)}\n`;
      const used = category.name === 'pipeline' ? edgesFrom(row, overview) : [];
      for (const [at, { uses, to }] of used.entries()) {
        const branch = at === used.length - 1 ? '└── ' : '├── ';
        yield `${stem}${lastMember ? '    ' : '│   '}${branch}uses ${uses} ${quotable(to.displayName, 255)}\n`;
      }
    }
  }
  if (groups.length === 0) yield '└── no integrations yet\n';
}

function label(category: Category, row: Glance): string {
  const off = row.isActive ? '' : ', switched off';
  return `${quotable(row.displayName, 255)} (${providerOf(category, row).title}${off})`;
}

function* mermaid(overview: Overview): Generator<string> {
  // Mermaid reads entities where quotes would end a text.
  const quoted = (text: string) => `"${text.replace(/[&<>"#;\\]/g, (char) => `#${char.charCodeAt(0)};`)}"`;
  yield `---\ntitle: ${JSON.stringify(quotable(overview.tenant.name, 255))}\n---\ngraph LR\n`;
  for (const { category, members } of groupsOf(overview)) {
    yield `  subgraph ${category.name}\n`;
    for (const row of members) yield `    ${row.id}[${quoted(label(category, row))}]\n`;
    yield '  end\n';
  }
  for (const { from, to, uses } of edgesOf(overview)) yield `  ${from} -->|${uses}| ${to.id}\n`;
}

function* dot(overview: Overview): Generator<string> {
  const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  yield `digraph integrations {\n  label=${quoted(quotable(overview.tenant.name, 255))};\n`;
  yield '  rankdir=LR;\n  node [shape=box];\n';
  for (const { category, members } of groupsOf(overview)) {
    yield `  subgraph cluster_${category.name} {\n    label=${quoted(category.name)};\n`;
    for (const row of members) yield `    ${quoted(row.id)} [label=${quoted(label(category, row))}];\n`;
    yield '  }\n';
  }
  for (const { from, to, uses } of edgesOf(overview)) {
    yield `  ${quoted(from)} -> ${quoted(to.id)} [label=${quoted(uses)}];\n`;
  }
  yield '}\n';
}
