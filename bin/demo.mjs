// Shows the tool at work: real commands on an embedded database, in a scratch folder that goes at the end. The
// credentials are made up anew in each run, and nothing is sent anywhere.
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('integrations.cjs', import.meta.url));
const screen = 1;

const session = `
# A key, the tables, the first tenant and account
init --tenant Acme --account ops@acme.test --key-store file
# One integration of every category; a credential is given by where it stands, never as it is
scm add github --name mobile --organization acme --repository-url https://github.com/acme/mobile --access-token env:GITHUB_TOKEN
target add app-store --name ios --api-key-id env:ASC_KEY_ID --issuer-id env:ASC_ISSUER_ID --private-key file:AuthKey.p8 --bundle-id com.acme.app -o name
target add play-store --name android --service-account-json file:service-account.json --package-name com.acme.app -o name
pipeline add github-actions --name release --scm mobile --target ios --workflow-path .github/workflows/release.yml -o name
communication add slack --name releases --bot-token env:SLACK_BOT_TOKEN --channel #releases --notify-on release_started --notify-on build_failed -o name
ticket add jira --name board --url https://acme.atlassian.net --email ops@acme.test --api-token env:JIRA_TOKEN --project-key MOB -o name
# The pipeline linked to another target
pipeline link release --target android -o name
# What there is, for people and for scripts
pipeline list --include scm,target
target list --fields displayName,targetType,credentials --json
status
graph
`;

process.exitCode = demo();

/** @returns the exit status: that of the first command that fails */
function demo() {
  const scratch = mkdtempSync(join(tmpdir(), 'integrations-demo-'));
  // The command that runs gets the signal too, and its status ends the session.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
  try {
    const env = { ...environment(scratch), ...credentials(scratch) };
    for (const line of session.trim().split('\n')) {
      if (line.startsWith('#')) {
        print(`${line}\n`);
        continue;
      }
      const args = line.split(' ');
      print(`${typed(args)}\n`);
      const { status } = spawnSync(process.execPath, [program, ...args], {
        cwd: scratch,
        env,
        stdio: ['ignore', screen, screen],
      });
      if (status !== 0) {
        print(`\nThe command above failed (${status ?? 'ended by a signal'}); the demonstration ends here.\n`);
        return status ?? 1;
      }
      print('\n');
    }
    print('# That was all. Your own: npm install --global . && integrations init\n');
    return 0;
  } catch (error) {
    // Nobody reads on, as with `| head`.
    if (error.code === 'EPIPE') return 0;
    throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
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
  const appStore = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const google = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const pem = (key) => key.export({ type: 'pkcs8', format: 'pem' });
  const serviceAccount = {
    type: 'service_account',
    client_email: 'release@acme-demo.iam.gserviceaccount.com',
    private_key: pem(google),
  };
  writeFileSync(join(scratch, 'AuthKey.p8'), pem(appStore), { mode: 0o600 });
  writeFileSync(join(scratch, 'service-account.json'), JSON.stringify(serviceAccount), { mode: 0o600 });
  const letters = (count) => randomBytes(count).toString('hex').slice(0, count);
  const digits = () => String(randomInt(1e11, 1e12));
  return {
    GITHUB_TOKEN: `ghp_${letters(36)}`,
    ASC_KEY_ID: letters(10).toUpperCase(),
    ASC_ISSUER_ID: randomUUID(),
    SLACK_BOT_TOKEN: `xoxb-${digits()}-${digits()}-${letters(24)}`,
    JIRA_TOKEN: `ATATT3xFfGF0${letters(60)}=${letters(8).toUpperCase()}`,
  };
}

/** The command as it would be typed, a long one on several lines. */
function typed(args) {
  const parts = [];
  for (const arg of args) {
    const word = arg.includes('#') ? `'${arg}'` : arg;
    if (/^-\S+$/.test(parts.at(-1) ?? '') && !arg.startsWith('-')) parts.push(`${parts.pop()} ${word}`);
    else parts.push(word);
  }
  const lines = ['$ integrations'];
  for (const part of parts) {
    if (`${lines.at(-1)} ${part} \\`.length > 80) lines.push(`    ${part}`);
    else lines.push(`${lines.pop()} ${part}`);
  }
  return lines.join(' \\\n');
}

function print(text) {
  writeSync(screen, text);
}
