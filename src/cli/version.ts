import { version } from '../../package.json';
import type { Command } from '../commands/command.ts';

export const versionCommand: Command = {
  name: 'version',
  summary: 'Print the version',
  formats: ['text', 'json'],
  examples: ['integrations version'],
  run: async () => ({ kind: 'drawing', drawings: { text: () => [`${version}\n`] }, data: () => ({ version }) }),
};
