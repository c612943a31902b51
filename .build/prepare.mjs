// What npm runs when it installs a checkout. A build that succeeds says nothing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (existsSync('node_modules/rolldown')) {
  build();
} else if (process.env.npm_config_global === 'true') {
  // npm links the checkout then, and brings nothing that it needs; this does, and builds.
  npm(['ci', '--include=dev', '--no-audit', '--no-fund'], 'inherit');
} else {
  fail('nothing can be built without the devDependencies', 'npm ci && npm prune --omit=dev');
}

function build() {
  const { stdout, stderr } = npm(['run', '--silent', 'build'], 'pipe');
  if (!process.exitCode) return;
  process.stderr.write(Buffer.concat([stdout ?? Buffer.of(), stderr ?? Buffer.of()]));
  fail('the packages are installed, but the program could not be built; the reason stands above', 'npm run build');
}

function npm(args, output) {
  const done = spawnSync('npm', ['--no-global', ...args], { stdio: ['ignore', output, output], maxBuffer: 1 << 28 });
  process.exitCode = done.status ?? 1;
  return done;
}

function fail(reason, hint) {
  process.stderr.write(`error: ${reason}\nhint:  ${hint}\n`);
  process.exitCode = 1;
}
