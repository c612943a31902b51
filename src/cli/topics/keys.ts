import type { Topic } from './topic.ts';

export const keys: Topic = {
  name: 'keys',
  summary: 'The keys that credentials are encrypted with.',
  parts: [
    {
      text: 'Every credential in the database is sealed: encrypted with AES-256-GCM for its tenant, its table, its column and its row. The keys together are the ring. One of them is active and seals; the others still open what they sealed.',
    },
    {
      text: 'Whoever loses the ring loses the credentials: no backup of the database brings them back without it. Whoever has both the ring and the database can read them, so keep their backups apart.',
    },
    {
      title: 'Where the ring is; the first that is set counts',
      terms: [
        ['INTEGRATIONS_KEYRING', 'The ring itself: a JSON Web Key Set, or one base64 key of 32 bytes.'],
        ['INTEGRATIONS_KEYRING_FILE', 'A file that holds it.'],
        ['INTEGRATIONS_KEYRING_COMMAND', "A program that prints it, such as that of a company's vault."],
        [
          "the context's key store",
          "The operating system's keychain, or keyring.json in the configuration directory, readable by you alone. init creates the first key there.",
        ],
      ],
    },
    {
      title: 'Back it up',
      commands: [
        'integrations key export --file ring.json    # then keep it in a safe place',
        'integrations key import file:ring.json      # on another machine',
      ],
    },
    {
      title: 'Change the key, while others go on working',
      commands: [
        'integrations key rotate --dry-run    # how much there is to do',
        'integrations key rotate              # seals everything again, under a new key',
        'integrations key list                # how many values each key still seals',
        'integrations key remove KID          # the old key, once it seals nothing',
      ],
    },
    {
      text: 'A backup of the database from before a rotation still needs the old key: keep a copy of the ring with it. Where several machines have the ring from the environment, go step by step: key add and hand the new ring to all of them, then key activate and hand it out again, then key rotate.',
    },
    {
      text: 'This is about the keys of this program. To replace a credential of a provider: integrations scm rotate NAME.',
    },
  ],
};
