import type { Topic } from './topic.ts';

export const exitCodes: Topic = {
  name: 'exit-codes',
  summary: 'What a command exits with, and what to do about it.',
  parts: [
    {
      title: 'Exit codes',
      terms: [
        ['0', 'Done; or a plan without differences.'],
        [
          '1  INTERNAL',
          'A bug, or something nobody foresaw. Run it again with --debug and report what it says. doctor also ends with 1 where it found an error outside the database and the keys.',
        ],
        [
          '2',
          'plan --detailed-exitcode: there are differences. expiring --exit-code: a credential has expired or soon will.',
        ],
        [
          '3  VERIFICATION_FAILED',
          'A provider refuses at least one integration. The report says why, and what to do; a new credential is set with rotate.',
        ],
        [
          '4  DATABASE_UNAVAILABLE, SCHEMA_OUTDATED, KEY_UNAVAILABLE, DECRYPTION_FAILED',
          'The database or the encryption key: unreachable, refused, missing, wrong or tampered with. Run integrations doctor. An outdated schema: integrations db migrate.',
        ],
        [
          '5  UNDECIDED',
          'A provider could not be asked: unreachable, too many requests, no answer in time. What is stored stays; run the command again later.',
        ],
        [
          '6  CONFLICT',
          'It exists already, a pipeline uses it, several things match, or somebody else changed it meanwhile. The message names what is in the way.',
        ],
        ['7  NOT_FOUND', 'There is no such thing in this tenant. Check the name, and the tenant with --tenant.'],
        [
          '8  FAILED',
          'The provider was asked to do something, and it failed or was refused: a build, a message, a ticket.',
        ],
        [
          '64  USAGE, VALIDATION',
          'Wrong usage, an invalid value, or an answer was needed where nobody could give it. Nothing was changed; the message names the flag or the line of the file.',
        ],
        ['126  COMMAND_NOT_RUN', 'exec found the command, and cannot run it.'],
        [
          '127  COMMAND_NOT_FOUND',
          'exec found no such command. Any other exit code of exec may be that of the command.',
        ],
        ['130, 143  CANCELLED', 'Ctrl-C; SIGTERM. Nothing is half-written; what was stored before is said.'],
      ],
    },
    {
      text: 'With --json an error is the last line of standard error: {"error":{"code":…,"message":…,"hint":…,"field":…,"details":…}}.',
    },
  ],
};
