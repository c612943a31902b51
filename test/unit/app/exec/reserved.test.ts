import { expect, test } from 'vitest';
import { isReserved } from '../../../../src/app/exec/reserved.ts';

test.each([
  ...['PATH', 'HOME', 'LD_PRELOAD', 'DYLD_INSERT_LIBRARIES', 'BASH_ENV', 'BASH_FUNC_gh', 'ENV', 'IFS', 'NODE_OPTIONS'],
  ...['npm_config_script_shell', 'PYTHONPATH', 'RUBYOPT', 'BUNDLE_GEMFILE', 'PERL5OPT', 'JAVA_TOOL_OPTIONS'],
  ...['JDK_JAVA_OPTIONS', 'GRADLE_OPTS', 'GIT_SSH_COMMAND', 'GIT_CONFIG_COUNT', 'GIT_CONFIG_KEY_0', 'GH_CONFIG_DIR'],
  ...['XDG_CONFIG_HOME', 'PAGER', 'SSL_CERT_FILE', 'https_proxy', 'NODE_TLS_REJECT_UNAUTHORIZED', 'OPENSSL_CONF'],
])('%s is nothing that a pipeline sets', (name) => {
  expect([isReserved(name), isReserved(`X_${name}`)]).toEqual([true, false]);
});
