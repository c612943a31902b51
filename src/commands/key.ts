import { closeSync, rmSync, writeFileSync } from 'node:fs';
import { removeKey } from '../app/keys/remove.ts';
import { rotateKey } from '../app/keys/rotate.ts';
import { recordedOfKeys } from '../app/recorded.ts';
import type { Context } from '../context.ts';
import { AppError, usage } from '../core/error.ts';
import type { Secret } from '../core/secret.ts';
import { plural } from '../core/text.ts';
import { createKeyRing, newRingKey, readKeyRing, withActive, withKeys, writeKeyRing } from '../crypto/key-ring.ts';
import { openNewFile } from '../files/private-file.ts';
import { systemCode, systemReason } from '../files/system-error.ts';
import { createSources } from '../input/source.ts';
import type { View } from '../output/view.ts';
import { type Command, type Input, textFlag } from './command.ts';
import { existing, list, ringKeys } from './key/list.ts';

export const key: Command = {
  name: 'key',
  summary: 'Encryption keys: list, add, activate, rotate, remove, export, import',
  description: 'The active key seals; the others still open what they sealed.',
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
        const added = newRingKey();
        const store = await context.keyStore();
        await recordedOfKeys(context, 'create', [added.kid], () =>
          store.change((ring) => withKeys(existing(ring), [added])),
        );
        context.note(`Added the key ${added.kid}. To seal with it: integrations key activate ${added.kid}`);
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
        const store = await context.keyStore();
        const isActive = (await store.load())?.active.kid === kid;
        await recordedOfKeys(context, 'activate', isActive ? [] : [kid], () =>
          store.change((ring) => withActive(existing(ring), kid)),
        );
        context.note(`The key ${kid} seals from now on.`);
        return list(context);
      },
    },
    {
      name: 'rotate',
      summary: 'Make a new key, and seal every value anew under it',
      description:
        'Other commands go on meanwhile. Where it was broken off, or a key was activated by hand, it seals what is left\nunder the active key and makes no new one.',
      flags: [{ name: 'dry-run', help: 'Only open what would be sealed anew, and count it' }],
      examples: ['integrations key rotate --dry-run', 'integrations key rotate'],
      keys: ringKeys,
      run: rotateKey,
    },
    {
      name: 'remove',
      summary: 'Take a key that seals nothing any more out of the ring',
      args: [{ name: 'kid', help: 'Id of the key', required: true }],
      examples: ['integrations key remove 0dVh8N2tT7pXqk4Z'],
      keys: ringKeys,
      run: removeKey,
    },
    {
      name: 'export',
      summary: 'Write the ring to a file, or to standard output after a question',
      description: 'Whoever has the ring and the database has every credential.',
      flags: [{ name: 'file', value: 'path', help: 'A new file, readable by you alone' }],
      examples: ['integrations key export --file ring.json', 'integrations key export --yes'],
      keys: ['file', 'keys'],
      run: exportRing,
    },
    {
      name: 'import',
      summary: 'Add the keys of a ring to the own; the active key stays',
      args: [{ name: 'source', help: 'env:NAME, file:PATH, or - for standard input', required: true }],
      examples: ['integrations key import file:ring.json'],
      keys: ringKeys,
      run: importRing,
    },
  ],
};

async function exportRing(context: Context, input: Input): Promise<View> {
  const path = textFlag(input, 'file');
  if (path === undefined) await confirmPrinting(context);
  if (path === undefined) {
    const ring = await context.keyRing();
    return { kind: 'text', text: await recordedOfKeys(context, 'export', ring.kids, () => writeKeyRing(ring)) };
  }
  await exportRingTo(context, path);
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

/** Writes the ring to a new file. @throws AppError CONFLICT where it exists, USAGE where it cannot be written */
export async function exportRingTo(context: Context, path: string): Promise<void> {
  const ring = await context.keyRing();
  let isWritten = false;
  try {
    await recordedOfKeys(context, 'export', ring.kids, () => {
      writeNewFile(path, writeKeyRing(ring));
      isWritten = true;
    });
  } catch (error) {
    // What the history does not tell is not given out.
    if (isWritten) rmSync(path, { force: true });
    throw error;
  }
  context.note(`Wrote the ring to ${path}, readable by you alone.`);
}

async function confirmPrinting(context: Context): Promise<void> {
  if (context.flags.yes) return;
  if (!context.canAsk) {
    throw usage('the keys would be printed in plain text, and nobody is there to agree', {
      hint: 'integrations key export --file PATH, or --yes',
    });
  }
  const agreed = await context.ask.confirm({ message: 'Print the keys here in plain text?', default: false });
  if (!agreed) throw new AppError('CANCELLED', 'Cancelled.');
}

function writeNewFile(path: string, text: string): void {
  let isOurs = false;
  try {
    const file = openNewFile(path);
    isOurs = true;
    try {
      writeFileSync(file, text);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    // No part of a key stays behind.
    if (isOurs) rmSync(path, { force: true });
    throw systemCode(error) === 'EEXIST'
      ? new AppError('CONFLICT', `${path} exists already`, { hint: 'Name a new file.', cause: error })
      : usage(`cannot write ${path}: ${systemReason(error)}`, { field: 'file', cause: error });
  }
}

async function importRing(context: Context, input: Input): Promise<View> {
  const store = await context.keyStore();
  const text: Secret = await createSources(context.env, context.streams.stdin).read(
    { flag: 'integrations key import', field: 'source' },
    input.args[0] ?? '',
  );
  const brought = readKeyRing(text.reveal(), 'the given ring');
  const present = await store.load();
  const added = brought.kids.filter((kid) => present?.find(kid) === undefined);
  await recordedOfKeys(context, 'import', added, () =>
    store.change((ring) =>
      ring ? withKeys(ring, brought.keys) : createKeyRing([brought.active, ...brought.keys.slice(1)]),
    ),
  );
  context.note(`Added ${plural(added.length, 'key')} to ${store.origin}.`);
  return list(context);
}
