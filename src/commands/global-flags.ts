import type { Flag } from './command.ts';

export const formats = ['table', 'json', 'jsonl', 'yaml', 'csv', 'name'] as const;

export type Format = (typeof formats)[number];

const group = 'Flags of every command';

/** The flags of every command. */
export function globalFlags(outputs: readonly string[] = formats): readonly Flag[] {
  return [
    { name: 'tenant', value: 'ref', help: 'Tenant to work in, by id or name', group },
    { name: 'account', value: 'ref', help: 'Account that makes the change, by id or e-mail', group },
    { name: 'context', value: 'name', help: 'Named settings to use (see "integrations context")', group },
    {
      name: 'output',
      short: 'o',
      value: 'format',
      choices: outputs,
      help: 'Output format',
      group,
    },
    { name: 'json', help: 'The same as -o json', group },
    { name: 'fields', value: 'a,b', help: 'Keep only these keys or columns of the answer', group },
    { name: 'no-input', help: 'Never ask; a missing value is an error', group },
    { name: 'yes', short: 'y', help: 'Answer yes to every question', group },
    { name: 'quiet', short: 'q', help: 'Print no notes and no progress', group },
    { name: 'debug', help: 'Show what happens inside, and where an error came from', group },
    { name: 'no-color', help: 'Print without colour', group },
    { name: 'no-pager', help: 'Print long lists as they are, without a pager', group },
  ];
}
