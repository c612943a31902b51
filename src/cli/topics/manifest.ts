import { exampleText } from './manifest-example.ts';
import type { Topic } from './topic.ts';

export const manifest: Topic = {
  name: 'manifest',
  summary: 'The integrations of a tenant as a file, for plan, apply and export.',
  parts: [
    {
      text: 'YAML or JSON, one document per tenant, with --- between them. A key is the name of a column, as --json prints it; integrations schema prints all of them for your editor, integrations export a manifest of what is stored.',
    },
    { title: 'Example', lines: exampleText.trimEnd().split('\n') },
    {
      title: 'Commands',
      commands: [
        'integrations export --credentials env > integrations.yaml',
        'integrations plan -f integrations.yaml     # what would change',
        'integrations apply -f integrations.yaml    # changes it',
      ],
    },
    {
      title: 'A credential is named by where it is, and never stands in the file',
      terms: [
        ['env:NAME', 'The environment variable of that name; none that begins with INTEGRATIONS_.'],
        ['file:PATH', "A file below the manifest's folder; elsewhere with --allow-outside."],
        ['value:TEXT', 'The credential itself, only in a manifest that comes from standard input.'],
        ['keep', 'What is stored stays.'],
      ],
    },
    {
      title: 'What is left out',
      terms: [
        ['an absent key', 'is left as it is; null clears it.'],
        ['an absent integration', 'stays, unless --prune deletes it; never more than --max-delete (10).'],
        ['an absent category or tenant', 'is left alone.'],
      ],
    },
    {
      text: 'Keys that begin with x- and merge keys (<<) hold what documents share. In a pull request: plan --no-credentials, which reads no credential and needs no key, with -o markdown. To apply exactly what was reviewed: plan --out FILE, then apply --plan FILE.',
    },
  ],
};
