import { type Check, ok } from '../../app/doctor/check.ts';
import type { Context } from '../../context.ts';
import { AppError } from '../../core/error.ts';
import { environmentSource, openKeyStore } from '../../crypto/key-sources/index.ts';

/** The operating system's keychain, where something of ours is kept there, or would be by `init`. */
export const keychain: Check<Context> = {
  id: 'keychain',
  needs: ['config'],
  code: 'KEY_UNAVAILABLE',
  doing: 'Asking the keychain',
  async look(context) {
    const use = await useOfKeychain(context);
    if (use === undefined) return ok('not used');
    try {
      await openKeyStore('keychain', context.directories).load();
      return ok(use === 'kept' ? 'it answers' : 'it answers: "integrations init" will keep the keys there');
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (use === 'would') {
        return [
          {
            severity: 'info',
            finding: `${error.message}: "integrations init" will keep the keys in a file`,
          },
        ];
      }
      return [
        {
          severity: 'error',
          finding: `the context keeps its secrets in the keychain, and ${error.message}`,
          remedy: 'Start or unlock it; without it, give the keys in INTEGRATIONS_KEYRING_FILE.',
        },
      ];
    }
  },
};

async function useOfKeychain(context: Context): Promise<'kept' | 'would' | undefined> {
  const { keyStore, password } = await context.settings();
  const isGiven = environmentSource(context.env) !== undefined;
  if (keyStore === 'keychain') {
    return isGiven && !password?.inKeychain ? undefined : 'kept';
  }
  if (keyStore === 'file' || isGiven) return undefined;
  const inFile = await openKeyStore('file', context.directories)
    .load()
    .catch(() => 'malformed');
  return inFile === undefined ? 'would' : undefined;
}
