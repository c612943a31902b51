import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { checkout, findProgram, installDebianPackages, mayInstallDebianPackages, run } from './programs.ts';
import { supervise } from './supervised.ts';

/** What a child process needs in its environment to meet each kind of Secret Service. */
export interface SecretService {
  /** One that works, with its keyring unlocked. */
  answering: Record<string, string>;
  /** One that is there and never says a word. */
  silent: Record<string, string>;
  /** No bus, so no service. */
  absent: Record<string, string>;
}

export interface StartedSecretService extends SecretService {
  how: string;
  stop(): Promise<void>;
}

const missing = 'The tests need a Secret Service: install dbus and gnome-keyring.';

export async function startSecretService(directory: string): Promise<StartedSecretService> {
  if (process.platform !== 'linux') {
    throw new Error(
      'The tests need a Secret Service, which only Linux has: run them in a container or on a machine with it.',
    );
  }
  const how = await findOrInstallPrograms();
  const keytar = await makeKeytarLoad();

  const answering = await startKeyring(join(directory, 'answering'));
  const silent = await startKeyring(join(directory, 'silent'));
  // It keeps its name on the bus, so a call to it is delivered and waits.
  process.kill(silent.pid, 'SIGSTOP');
  return {
    how: [how, keytar].filter(Boolean).join(', '),
    answering: answering.env,
    silent: silent.env,
    absent: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(directory, 'no-bus')}` },
    async stop() {
      await Promise.all([answering.stop(), silent.stop()]);
    },
  };
}

/** Sets, gets and deletes one password in a process of its own; throws where that fails. */
export async function keytarRoundTrip(
  env: Record<string, string>,
  password: string,
  timeout = 10_000,
): Promise<string> {
  const script = `
    const keytar = require('keytar');
    const [service, password] = process.argv.slice(1);
    (async () => {
      await keytar.setPassword(service, 'account', password);
      const got = await keytar.getPassword(service, 'account');
      await keytar.deletePassword(service, 'account');
      process.stdout.write(JSON.stringify([got, await keytar.getPassword(service, 'account')]));
    })().catch((error) => { console.error(error.message); process.exit(1); });`;
  const service = `integrations-test-${randomBytes(4).toString('hex')}`;
  const bare = { PATH: process.env['PATH'], ...env };
  return run(process.execPath, ['-e', script, service, password], { env: bare, timeout, killSignal: 'SIGKILL' });
}

export interface Keyring {
  env: Record<string, string>;
  /** Of the daemon. */
  pid: number;
  stop(): Promise<void>;
}

/** A bus below `directory` with one unlocked, empty keyring on it. */
export async function startKeyring(directory: string): Promise<Keyring> {
  const programs = findPrograms();
  if (!programs) throw new Error(missing);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const socket = `unix:path=${join(directory, 'bus')}`;
  const config = join(directory, 'bus.conf');
  writeFileSync(config, busConfig(socket));
  const env = { DBUS_SESSION_BUS_ADDRESS: socket };
  const bus = supervise(programs.bus, [`--config-file=${config}`, '--nofork', '--nopidfile'], {
    log: join(directory, 'bus.log'),
  });
  // A daemon that finds no bus goes on without one.
  await bus.until(() => connecting(join(directory, 'bus')));

  const folders = {
    HOME: directory,
    XDG_DATA_HOME: directory,
    XDG_CONFIG_HOME: directory,
    XDG_CACHE_HOME: directory,
    XDG_RUNTIME_DIR: directory,
  };
  // Unlocking creates the keyring under the password that comes on standard input.
  const args = ['--foreground', '--unlock', '--components=secrets', `--control-directory=${directory}`];
  const daemon = supervise(programs.keyring, args, {
    log: join(directory, 'keyring.log'),
    input: 'the keyring of a test',
    env: { PATH: process.env['PATH'], ...folders, ...env },
  });
  await daemon.until(() => keytarRoundTrip(env, 'ready?'));
  return {
    env,
    pid: daemon.pid,
    async stop() {
      await Promise.all([daemon.stop(), bus.stop()]);
    },
  };
}

async function connecting(socket: string): Promise<void> {
  const connection = createConnection(socket);
  await once(connection, 'connect');
  connection.destroy();
}

/** No service folder: nothing on this bus is ever started by being called. */
function busConfig(address: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>${address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;
}

function findPrograms(): { bus: string; keyring: string } | undefined {
  const [bus, keyring] = [findProgram('dbus-daemon'), findProgram('gnome-keyring-daemon')];
  return bus && keyring ? { bus, keyring } : undefined;
}

async function findOrInstallPrograms(): Promise<string> {
  const found = findPrograms();
  if (found) return `found ${found.keyring}`;
  if (!mayInstallDebianPackages()) throw new Error(missing);
  await installDebianPackages('dbus', 'gnome-keyring');
  return `installed the packages dbus and gnome-keyring: ${findPrograms()?.keyring}`;
}

/** keytar is optional: `npm ci` on a machine without libsecret leaves it out. Says what had to be done, if anything. */
async function makeKeytarLoad(): Promise<string | undefined> {
  const loads = () =>
    run(process.execPath, ['-e', `require('keytar')`]).then(
      () => true,
      () => false,
    );
  if (await loads()) return undefined;
  if (mayInstallDebianPackages()) {
    await installDebianPackages('libsecret-1-dev');
    if (await loads()) return 'installed the package libsecret-1-dev';
  }
  // Not `npm rebuild`: npm removes an optional package whose build failed.
  await run('npm', ['install', '--no-save', 'keytar'], { cwd: checkout });
  if (await loads()) return 'installed keytar anew';
  throw new Error('The tests need keytar, and it does not load: install libsecret-1-dev, then run npm ci again.');
}
