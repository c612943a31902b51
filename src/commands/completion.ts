import type { Command } from './command.ts';

export const completion: Command = { name: 'completion', summary: 'Print a completion script: bash, zsh, fish' };
