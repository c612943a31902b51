import { readOverview } from '../app/overview.ts';
import type { Context } from '../context.ts';
import type { View } from '../output/view.ts';
import type { Command } from './command.ts';
import { graphView } from './graph-view.ts';

export const graph: Command = {
  name: 'graph',
  summary: 'Draw the integrations and what uses what',
  formats: ['tree', 'mermaid', 'dot', 'json'],
  examples: [
    'integrations graph',
    'integrations graph -o mermaid > integrations.mmd',
    'integrations graph -o dot | dot -Tsvg > integrations.svg',
  ],
  run: draw,
};

async function draw(context: Context): Promise<View> {
  return graphView(await readOverview(context, await context.tenant()));
}
