import { manifestSchema } from '../manifest/schema.ts';
import { type Command, switchFlag } from './command.ts';

export const schema: Command = {
  name: 'schema',
  summary: 'Print the JSON Schema of the manifest',
  description: 'Editors complete and check a manifest with it. The package has a copy: dist/manifest.schema.json.',
  flags: [{ name: 'openapi', help: "Print serve's API instead, as an OpenAPI 3.1 document" }],
  examples: ['integrations schema > integrations.schema.json', 'integrations schema --openapi > openapi.json'],
  run: async (_, input) => {
    const document = switchFlag(input, 'openapi') ? await apiDocument() : manifestSchema();
    return { kind: 'text', text: JSON.stringify(document, null, 2) };
  },
};

async function apiDocument() {
  const [{ openApi }, { allRoutes }] = await Promise.all([
    import('../http/openapi/document.ts'),
    import('../http/routes.ts'),
  ]);
  return openApi(allRoutes());
}
