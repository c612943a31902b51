import { removeKey } from '../app/keys/remove.ts';
import { activateKey, addKey, exportRing, importRing, listKeys } from '../app/keys/ring.ts';
import type { Context } from '../context.ts';
import { plural, quotable } from '../core/text.ts';
import { createSources } from '../input/source.ts';
import type { View } from '../output/view.ts';
import { type Command, type Input, textFlag } from './command.ts';
import { confirm } from './confirm.ts';
import { exportRingTo, tellExported } from './key/export-file.ts';
import { list, ringKeys } from './key/list.ts';
import { rotateKey } from './key/rotate.ts';

export const key: Command = {
  name: 'key',
  summary: 'Encryption keys: add, rotate, export, import …',
  description:
    'The active key seals; the others still open what they sealed. The ring is in INTEGRATIONS_KEYRING, else in the file ' +
    'that INTEGRATIONS_KEYRING_FILE names, else the program that INTEGRATIONS_KEYRING_COMMAND names prints it, else in ' +
    "the context's key store.",
  commands: [
    {
      name: 'list',
      summary: 'List the keys, and how many values each seals',
      examples: ['integrations key list'],
      run: list,
    },
    {
      name: 'add',
      summary: 'Make a key that only opens, until it is activated',
      examples: ['integrations key add'],
      keys: ringKeys,
      async run(context) {
        const kid = await addKey(context);
        context.note(`Added the key ${kid}. To seal with it: integrations key activate ${kid}`);
        return list(context);
      },
    },
    {
      name: 'activate',
      summary: 'Seal with a key from now on',
      args: [{ name: 'kid', help: 'Id of the key', required: true }],
      examples: ['integrations key activate 0dVh8N2tT7pXqk4Z'],
      keys: ringKeys,
      async run(context, input) {
        const kid = input.args[0] ?? '';
        await activateKey(context, kid);
        context.note(`The key ${kid} seals from now on.`);
        return list(context);
      },
    },
    {
      name: 'rotate',
      summary: 'Make a new key, and seal everything again under it',
      description:
        'Other commands go on meanwhile. Where it was broken off, or a key was activated by hand, it seals what is left under the active key and makes no new one.',
      flags: [{ name: 'dry-run', help: 'Only count what would be sealed again' }],
      examples: ['integrations key rotate --dry-run', 'integrations key rotate'],
      keys: ringKeys,
      run: rotateKey,
    },
    {
      name: 'remove',
      summary: 'Remove a key that no longer seals anything',
      args: [{ name: 'kid', help: 'Id of the key', required: true }],
      examples: ['integrations key remove 0dVh8N2tT7pXqk4Z'],
      keys: ringKeys,
      async run(context, input) {
        const kid = input.args[0] ?? '';
        if (context.canAsk) await confirmRemoval(context, kid);
        await removeKey(context, kid);
        context.note(
          `Removed the key ${kid}. Backups of the database that are older than its last rotation need it still.`,
        );
        return list(context);
      },
    },
    {
      name: 'export',
      summary: 'Write the ring to a file, or to standard output after a question',
      description: 'Whoever has the ring and the database has every credential.',
      flags: [{ name: 'file', value: 'path', help: 'A new file, readable by you alone' }],
      examples: ['integrations key export --file ring.json', 'integrations key export --yes'],
      keys: ['file', 'keys'],
      run: exportKeys,
    },
    {
      name: 'import',
      summary: 'Add the keys of another ring to this one; the active key stays',
      args: [{ name: 'source', help: 'env:NAME, file:PATH, or - for standard input', required: true }],
      examples: ['integrations key import file:ring.json'],
      keys: ringKeys,
      run: importKeys,
    },
  ],
};

async function confirmRemoval(context: Context, kid: string): Promise<void> {
  const { source, keys } = await listKeys(context);
  const found = keys.find((each) => each.kid === kid);
  // What cannot be removed is refused without a question.
  if (!found?.isAtHand || found.isActive || found.values > 0) return;
  await confirm(context, {
    about: [
      `This takes the key ${quotable(kid)} out of ${source.origin}.`,
      'What it sealed opens nowhere then: backups of the database, and other databases with the same ring.',
    ],
    message: 'Remove it for good?',
  });
}

async function exportKeys(context: Context, input: Input): Promise<View> {
  const path = textFlag(input, 'file');
  if (path === undefined) {
    await confirm(context, {
      message: 'Print the keys here in plain text?',
      asks: 'the keys would be printed in plain text',
      hint: 'integrations key export --file PATH, or --yes',
    });
    return { kind: 'text', text: await exportRing(context, (text) => text) };
  }
  await exportRingTo(context, path);
  tellExported(context, path);
  const data = { file: path, keys: (await context.keyRing()).kids.slice() };
  return {
    kind: 'one',
    data,
    name: path,
    lines: [
      ['File', path],
      ['Keys', data.keys.join(', ')],
    ],
  };
}

async function importKeys(context: Context, input: Input): Promise<View> {
  // What stops it is told before anything is read.
  await context.keyStore();
  const text = await createSources(context.env, context.streams.stdin).read(
    { flag: 'integrations key import', field: 'source', isRing: true },
    input.args[0] ?? '',
  );
  const { store, added } = await importRing(context, text);
  context.note(`Added ${plural(added.length, 'key')} to ${store.origin}.`);
  return list(context);
}
