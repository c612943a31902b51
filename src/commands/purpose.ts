import type { Purpose } from '../db/purpose.ts';

const commands: readonly (readonly [Purpose, RegExp])[] = [
  ['migrate', /^(init|setup|db (migrate|rollback)|(tenant|account) (add|remove)|history purge)$/],
  ['apply', /^(apply|\w+ (add|update|rotate|link|enable|disable|remove|activate|import|trigger|watch|cancel|runs))$/],
  ['verify', /^(\w+ )?verify$/],
];

/** What a user has to be for at least to run a command, such as `scm disable`, whichever right it misses first. */
export function purposeOfCommand(command: string): Purpose {
  return commands.find(([, words]) => words.test(command))?.[0] ?? 'read';
}
