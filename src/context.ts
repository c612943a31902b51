import type { Deps, KeyDeps } from './app/deps.ts';
import { createSealing, loadRing } from './app/sealing.ts';
import type { Config } from './config/config-file.ts';
import { changeConfig, type NamedContext, readConfig } from './config/config-file.ts';
import type { Environment } from './config/environment.ts';
import { type GlobalFlags, isOn, resolveSettings, type Settings } from './config/settings.ts';
import { AppError, usage } from './core/error.ts';
import { once } from './core/once.ts';
import type { KeyStore } from './crypto/key-sources/index.ts';
import { type Location, withPassword } from './db/location.ts';
import type { Purpose } from './db/purpose.ts';
import type { Database } from './db/queries.ts';
import type { Basis } from './db/stores/basis.ts';
import type { Tenant } from './db/stores/host.ts';
import type { Directories } from './files/directories.ts';
import { hostRowsOf, type Several } from './host-rows.ts';
import { createPlainPrompter } from './input/plain-prompter.ts';
import { createPrompter, type Prompter } from './input/prompter.ts';
import type { Trail } from './input/step-back.ts';
import { keepingTrail } from './input/trail.ts';
import { messageStyle, messageText, noteText } from './output/message.ts';
import { createLive, createProgress, createWait, type Live, type Wait } from './output/progress.ts';
import type { Interruption, Streams } from './output/streams.ts';
import type { Style } from './output/table.ts';

/**
 * What a command may use. Everything that costs time is made when it is first asked for, and only once.
 */
export interface Context extends Deps, KeyDeps {
  readonly env: Environment;
  readonly streams: Streams;
  readonly directories: Directories;
  readonly flags: GlobalFlags;
  readonly interruption: Interruption;
  settings(): Promise<Settings>;
  /** Where the database is, with the password for it. @throws AppError DATABASE_UNAVAILABLE when that cannot be read */
  location(): Promise<Location>;
  config(): Promise<Config>;
  /** Changes `config.yaml`. */
  changeConfig(change: (config: Config) => void): Promise<void>;
  /** Changes the active context in it. */
  changeContext(change: (context: NamedContext) => void): Promise<void>;
  /** The database as it is. */
  rawDatabase(): Promise<Database>;
  tenant(): Promise<Tenant>;
  /** Whether there are tenants and accounts to mix up. */
  several(): Promise<Several>;
  readonly command: string;
  /** Whether somebody is there to answer. */
  readonly canAsk: boolean;
  readonly ask: Prompter;
  /** How text is drawn for people on standard error. */
  readonly style: Style;
  /** Tells a person what is waited for, should it take a while. */
  readonly wait: Wait;
  /** Tells a person what goes on now. */
  live(): Promise<Live>;
  /** A line for people on standard error. */
  note(text: string): void;
  debug(text: string): void;
  /** An error of the database's driver as one that the user can act on; any other error as it is. */
  explained(error: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** What a run is given. */
export interface Surroundings {
  /** What was typed, without its arguments: `scm add`. */
  command: string;
  /** What a user of the server has to be for at least to run it. */
  purpose: Purpose;
  /** Whether a SQLite file that is not there stays so. */
  makesNoFile?: boolean;
  env: Environment;
  streams: Streams;
  directories: Directories;
  flags: GlobalFlags;
  interruption: Interruption;
  /** Whether Escape leads back from the first question too: to what was settled without one. */
  stepsBack?: boolean;
}

export function createContext(surroundings: Surroundings): Context {
  const { env, streams, directories, flags, interruption, stepsBack = false } = surroundings;
  const { stdin, stderr } = streams;
  const canAsk =
    Boolean(stdin.isTTY && stderr.isTTY) && !flags.noInput && !isOn(env, 'INTEGRATIONS_NO_INPUT') && !isOn(env, 'CI');
  const style = messageStyle(env, streams, flags.noColor);
  const { color } = style;
  const isWatched = Boolean(stderr.isTTY) && !flags.quiet && !flags.debug && !isOn(env, 'CI') && env['TERM'] !== 'dumb';

  const trail: Trail = { answered: stepsBack ? Number.POSITIVE_INFINITY : 0 };
  const warned = new Set<string>();
  const messages: Messages = {
    wait: createWait(stderr, { isWatched, color }),
    note: (text) => void (flags.quiet || stderr.write(noteText(text, style))),
    warn: (text) => {
      // What is found out more than once is told once.
      if (!warned.has(text)) stderr.write(messageText('warning', text, style));
      warned.add(text);
    },
    debug: (text) => void (flags.debug && stderr.write(`debug: ${text}\n`)),
  };
  const config = once(() => readConfig(directories));
  const settings = once(async () => {
    const settled = resolveSettings(flags, env, await config(), directories);
    messages.debug(`context ${settled.contextName}, database ${settled.location.engine}`);
    return settled;
  });
  const changeOwnConfig: Context['changeConfig'] = async (change) => {
    await changeConfig(directories, change);
    interruption.effects.note('configuration', 'the configuration');
  };
  const { basis, ...database } = databaseOf(settings, surroundings, messages);
  const keys = keysOf(surroundings, settings, messages);

  return {
    ...surroundings,
    ...messages,
    canAsk,
    style,
    config,
    settings,
    ...database,
    ...keys,
    ...hostRowsOf({ command: surroundings.command, settings, database: database.database, basis }),
    ...createSealing({
      source: keys.keySource,
      ring: keys.keyRing,
      queries: async () => (await database.database()).queries,
    }),

    progress: async (total) => (isWatched ? createProgress(stderr, await total(), { color }) : undefined),

    live: () => createLive(stderr, { isWatched, color, isQuiet: flags.quiet === true }),

    changeConfig: changeOwnConfig,

    async changeContext(change) {
      const name = (await settings()).contextName;
      await changeOwnConfig((current) => {
        const named = { ...current.contexts[name] };
        change(named);
        current.contexts[name] = named;
      });
    },

    get ask(): Prompter {
      if (!canAsk) throw usage('an answer is needed, but there is nobody to ask');
      const isPlain = env['TERM'] === 'dumb';
      const ask = isPlain ? createPlainPrompter(streams, trail) : createPrompter(streams, { color, trail });
      return keepingTrail(ask, trail);
    },
  };
}

/** What a run says beside its answer. */
type Messages = Pick<Context, 'wait' | 'note' | 'warn' | 'debug'>;

interface BasisOf {
  /** Known as soon as the database is. */
  basis(): Basis | undefined;
}

function databaseOf(
  settings: Context['settings'],
  { purpose, makesNoFile, flags, interruption: { effects } }: Surroundings,
  { wait, warn, debug }: Messages,
): Pick<Context, 'location' | 'rawDatabase' | 'database' | 'explained' | 'close'> & BasisOf {
  let open: Database | undefined;
  let basis: Basis | undefined;

  const location = once(async () => {
    const { location: place, password } = await settings();
    if (!password) return place;
    debug(`the database's password from ${password.origin}`);
    return withPassword(place, await wait("Reading the database's password", password.load));
  });

  const rawDatabase = once(async () => {
    const { openDatabase } = await import('./db/database.ts');
    open = await openDatabase(await location(), {
      trace: flags.debug ? debug : undefined,
      warn,
      effects,
      makesNoFile,
    });
    return open;
  });

  return {
    basis: () => basis,
    location,
    rawDatabase,

    database: once(() =>
      wait('Connecting to the database', async () => {
        const database = await rawDatabase();
        const { readBasis } = await import('./db/stores/basis.ts');
        basis = await readBasis(database.queries, await settings());
        const { requireSchema } = await import('./db/migrate.ts');
        await requireSchema(database, basis?.applied);
        return database;
      }),
    ),

    async explained(error) {
      if (!(error instanceof Error) || error instanceof AppError) return error;
      const { databaseError } = await import('./db/errors.ts');
      const place = open?.location ?? (await settings()).location;
      const known = databaseError(error, place, purpose);
      if (!known || !open) return known ?? error;
      const { withHolders } = await import('./db/lock-holders.ts');
      return withHolders(known, open);
    },

    close: () => open?.close().catch(() => debug('the database did not close as it should')) ?? Promise.resolve(),
  };
}

function keysOf(
  { env, directories }: Surroundings,
  settings: Context['settings'],
  { wait, debug, warn }: Messages,
): Pick<Context, 'keySource' | 'keyStore' | 'keyRing'> {
  async function storeOfContext(): Promise<KeyStore> {
    const { openKeyStore } = await import('./crypto/key-sources/index.ts');
    return openKeyStore((await settings()).keyStore ?? 'file', directories);
  }

  const keySource = once(async () => {
    const { environmentSource } = await import('./crypto/key-sources/index.ts');
    const source = environmentSource(env) ?? (await storeOfContext());
    debug(`keys from ${source.origin}`);
    if (source.caution) warn(source.caution);
    return source;
  });

  return {
    keySource,

    async keyStore() {
      const { environmentSource } = await import('./crypto/key-sources/index.ts');
      const source = environmentSource(env);
      if (!source) return storeOfContext();
      throw new AppError('CONFLICT', `the keys come from ${source.origin}, which is not ours to change`, {
        hint: 'Change the ring where the variable is set, or unset the variable.',
      });
    },

    keyRing: once(async () => {
      const source = await keySource();
      return wait('Reading the encryption key', () => loadRing(source));
    }),
  };
}
