import { manifestSchema } from '../manifest/schema.ts';
import type { Command } from './command.ts';

export const schema: Command = {
  name: 'schema',
  summary: 'Print the JSON Schema of the manifest',
  description: 'For editors, which complete and check a manifest with it; it lies in the package as well.',
  examples: ['integrations schema > integrations.schema.json'],
  run: async () => ({ kind: 'text', text: JSON.stringify(manifestSchema(), null, 2) }),
};
