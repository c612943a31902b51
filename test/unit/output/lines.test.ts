import { expect, test } from 'vitest';
import { commandLines } from '../../../src/output/lines.ts';

test.each<[why: string, command: string, width: number, lines: string[]]>([
  ['what fits stays as it is', 'integrations scm add  # one', 40, ['integrations scm add  # one']],
  [
    'a flag stays with its value',
    'integrations scm add github --name mobile --organization acme',
    40,
    ['integrations scm add github \\', '    --name mobile --organization acme'],
  ],
  [
    'words in quotation marks stay whole',
    'integrations context add prod --tenant "Acme and Sons"',
    30,
    ['integrations context add \\', '    prod \\', '    --tenant "Acme and Sons"'],
  ],
  [
    'what follows a pipe or a redirection stays with it',
    'integrations export --all-tenants > integrations.yaml',
    40,
    ['integrations export --all-tenants \\', '    > integrations.yaml'],
  ],
  [
    'a remark stands above',
    'integrations key rotate    # a new key for everything',
    40,
    ['# a new key for everything', 'integrations key rotate'],
  ],
])('%s', (_, command, width, lines) => {
  expect(commandLines(command, width)).toEqual(lines);
});
