import type { Purpose } from '../db/purpose.ts';

const commands: readonly (readonly [Purpose, RegExp])[] = [
  ['migrate', /^(init|setup|db (migrate|rollback)|(tenant|account) (add|remove)|history purge)$/],
  [
    'apply',
    /^(apply|\w+ (add|update|rotate|link|enable|disable|remove|activate|import|trigger|watch|cancel|runs|test|create|close|find)|notify)$/,
  ],
  ['verify', /^(\w+ )?verify$/],
];

/** Run with an empty database they have nothing to show or to verify, and what they store is about what is there. */
const needsNoFile =
  /^(status|graph|expiring|history|plan|export|runs|exec|notify|verify|\w+ (list|show|verify|graph|runs|watch|test))$/;

/** Whether a command leaves a database that is not there as it is. */
export function onlyReads(command: string): boolean {
  return needsNoFile.test(command) && !command.startsWith('key ');
}

/** What a user has to be for at least to run a command, such as `scm disable`, whichever right it misses first. */
export function purposeOfCommand(command: string): Purpose {
  return commands.find(([, words]) => words.test(command))?.[0] ?? 'read';
}
