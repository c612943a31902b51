// Shows the tool at work: real commands on an embedded database, in a scratch folder that goes at the end. The
// credentials are made up anew in each run, and the providers that are asked are on this machine. On a terminal it
// waits for Enter after each command. With --stand-ins it runs nothing, and only keeps those providers for commands of one's own.
import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProviders } from './demo-providers.mjs';

const program = fileURLToPath(new URL('integrations.cjs', import.meta.url));
const screen = 1;
const isWatched = Boolean(process.stdin.isTTY && process.stdout.isTTY && !process.env.CI);
const file = 'integrations.yaml';

const manifest = `tenant: Acme
targets:
  - { name: ios, type: app-store, appleBundleId: com.acme.app,
      appleApiKeyId: env:ASC_KEY_ID, appleIssuerId: env:ASC_ISSUER_ID,
      applePrivateKey: file:AuthKey.p8 }
pipelines:
  - { name: release, type: github-actions, scm: mobile, target: ios,
      githubWorkflowPath: .github/workflows/release.yml }
communication:
  - { name: releases, type: slack, slackBotToken: env:SLACK_BOT_TOKEN,
      slackChannels: ["#releases"], notifyOnEvents: [build_failed] }
`;

/** What is said, what is done beside it, the command, and what it ends with. */
const session = [
  {
    say: 'A key, the tables, the first tenant and account.',
    run: 'init --tenant Acme --account ops@acme.test --key-store file',
  },
  {
    say: 'One integration. Its credential is named by where it is, and GitHub is asked.',
    run: 'scm add github --name mobile --organization acme --repository-url https://github.com/acme/mobile --access-token env:GITHUB_TOKEN --verify',
  },
  { say: 'The others stand in a file, as they would in a repository.', show: file },
  { say: 'What would change. Nothing is written.', run: `plan -f ${file}` },
  { say: 'Change it, all or nothing, and ask the providers.', run: `apply -f ${file} --verify` },
  { say: 'What there is, and whether a release can run.', run: 'status' },
  {
    say: 'Somebody revokes the token at GitHub. A nightly "verify" finds it, and ends with 3, for a script.',
    before: ({ providers, env }) => providers.revoke(env.GITHUB_TOKEN),
    run: 'verify',
    status: 3,
  },
  {
    say: 'A new one. The provider is asked first: had it refused, the old one would have stayed.',
    run: 'scm rotate mobile --access-token env:NEW_GITHUB_TOKEN -o name',
  },
  { say: 'All is well again; for scripts as JSON, CSV, YAML or ids.', run: 'verify' },
  { say: 'What is stored is what the file says.', run: `plan -f ${file}` },
  { say: 'Who did what.', run: 'history' },
];

const usage = `Usage: node bin/demo.mjs [--stand-ins]

Shows the commands at work in a scratch folder, which goes at the end. It asks no provider but its own, on this machine.

  --stand-ins  Run nothing; keep those providers running for commands of your own, and print what leads there
  --help       Show this
`;

let signalled;
let onSignal = () => {};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    signalled ??= signal;
    onSignal(signal);
  });
}
const [option, ...others] = process.argv.slice(2);
if (option === '--help' || option === '-h') print(usage);
else if (option === '--stand-ins' && others.length === 0) process.exitCode = await standIns();
else if (option === undefined) process.exitCode = await demo();
else {
  process.stderr.write(usage);
  process.exitCode = 64;
}

/** Keeps the providers until a signal comes. @returns the exit status */
async function standIns() {
  const scratch = mkdtempSync(join(tmpdir(), 'integrations-demo-'));
  const providers = await startProviders();
  try {
    const { INTEGRATIONS_CONFIG_DIR, INTEGRATIONS_DATA_DIR } = environment(scratch);
    const lines = { INTEGRATIONS_CONFIG_DIR, INTEGRATIONS_DATA_DIR, ...providers.env, ...credentials(scratch) };
    print('# Paste these lines into another terminal, and try there: integrations setup\n');
    print('# Its repository is https://github.com/acme/mobile, its app com.acme.app; the key of the app is in\n');
    print(`# ${join(scratch, 'AuthKey.p8')}. All of it is made up; Ctrl-C here ends it.\n`);
    for (const [name, value] of Object.entries(lines)) print(`export ${name}='${value}'\n`);
    const ended = new Promise((resolve) => {
      onSignal = resolve;
    });
    if (!signalled) await ended;
    return 128 + constants.signals[signalled];
  } finally {
    providers.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @returns the exit status: that of the first command that ends otherwise than expected */
async function demo() {
  const scratch = mkdtempSync(join(tmpdir(), 'integrations-demo-'));
  const providers = await startProviders();
  try {
    const env = { ...environment(scratch), ...providers.env, ...credentials(scratch) };
    writeFileSync(join(scratch, file), manifest);
    for (const [index, step] of session.entries()) {
      if (index > 0) await pause();
      if (signalled) break;
      step.before?.({ providers, env });
      const status = await perform(step, { cwd: scratch, env });
      if (signalled) break;
      if (status !== (step.status ?? 0)) {
        print(`\nThe command above ended with ${status}; the demonstration ends here.\n`);
        return status || 1;
      }
    }
    if (signalled) return 128 + constants.signals[signalled];
    print('# That was all; it lay in a scratch folder, which is gone. Your own:\n');
    print('#   npm install --global . && integrations setup\n');
    return 0;
  } catch (error) {
    // Nobody reads on, as with `| head`.
    if (error.code === 'EPIPE') return 0;
    throw error;
  } finally {
    providers.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @returns the status of the step's command */
async function perform({ say, show, run }, { cwd, env }) {
  print(`${wrapped(say)}\n`);
  if (show) {
    print(`$ cat ${show}\n${readFileSync(join(cwd, show), 'utf8')}\n`);
    return 0;
  }
  const args = run.split(' ');
  print(`${typed(args)}\n`);
  const child = spawn(process.execPath, [program, ...args], { cwd, env, stdio: ['ignore', screen, screen] });
  // Ctrl-C reaches the command by itself.
  onSignal = (signal) => signal !== 'SIGINT' && child.kill(signal);
  const [status] = await once(child, 'close');
  print('\n');
  return status ?? 1;
}

/** Waits for Enter where somebody watches. */
async function pause() {
  if (!isWatched || process.stdin.readableEnded) return;
  print('[Enter goes on, Ctrl-C ends] ');
  await new Promise((resolve) => {
    onSignal = () => {
      print('\n');
      resolve();
    };
    process.stdin.once('data', resolve).once('end', resolve).resume();
  });
  process.stdin.removeAllListeners('data').removeAllListeners('end').pause();
  if (!signalled) print('\x1b[1A\x1b[2K');
}

/** The user's own, without what would lead the commands elsewhere. */
function environment(scratch) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('INTEGRATIONS_'));
  return {
    ...Object.fromEntries(own),
    INTEGRATIONS_CONFIG_DIR: join(scratch, 'config'),
    INTEGRATIONS_DATA_DIR: join(scratch, 'data'),
  };
}

/** Variables and files that the session names, in the usual shapes. */
function credentials(scratch) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(join(scratch, 'AuthKey.p8'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const letters = (count) => randomBytes(count).toString('hex').slice(0, count);
  const digits = () => String(randomInt(1e11, 1e12));
  return {
    GITHUB_TOKEN: `ghp_${letters(36)}`,
    NEW_GITHUB_TOKEN: `ghp_${letters(36)}`,
    ASC_KEY_ID: letters(10).toUpperCase(),
    ASC_ISSUER_ID: randomUUID(),
    SLACK_BOT_TOKEN: `xoxb-${digits()}-${digits()}-${letters(24)}`,
  };
}

/** The command as it would be typed, a long one on several lines. */
function typed(args) {
  const parts = [];
  for (const arg of args) {
    if (/^-\S+$/.test(parts.at(-1) ?? '') && !arg.startsWith('-')) parts.push(`${parts.pop()} ${arg}`);
    else parts.push(arg);
  }
  const lines = ['$ integrations'];
  for (const part of parts) {
    if (`${lines.at(-1)} ${part} \\`.length > 80) lines.push(`    ${part}`);
    else lines.push(`${lines.pop()} ${part}`);
  }
  return lines.join(' \\\n');
}

/** As comments of a shell, none longer than 80 columns. */
function wrapped(text) {
  const lines = ['#'];
  for (const word of text.split(' ')) {
    if (`${lines.at(-1)} ${word}`.length > 80) lines.push('#');
    lines.push(`${lines.pop()} ${word}`);
  }
  return lines.join('\n');
}

function print(text) {
  writeSync(screen, text);
}
