// What npm runs when it installs a checkout.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (existsSync('node_modules/rolldown')) {
  npm('run', '--silent', 'build');
} else if (process.env.npm_config_global === 'true') {
  // npm links the checkout then, and brings nothing that it needs; this does, and builds.
  npm('ci', '--include=dev', '--no-audit', '--no-fund');
} else {
  process.stderr.write(
    'error: nothing can be built without the devDependencies\nhint:  npm ci && npm prune --omit=dev\n',
  );
  process.exitCode = 1;
}

function npm(...args) {
  const { status } = spawnSync('npm', ['--no-global', ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  process.exitCode = status ?? 1;
}
