import { manifestSchema } from '../manifest/schema.ts';
import type { Command } from './command.ts';

export const schema: Command = {
  name: 'schema',
  summary: 'Print the JSON Schema of the manifest',
  description: 'Editors complete and check a manifest with it. The package has a copy: dist/manifest.schema.json.',
  examples: ['integrations schema > integrations.schema.json'],
  run: async () => ({ kind: 'text', text: JSON.stringify(manifestSchema(), null, 2) }),
};
