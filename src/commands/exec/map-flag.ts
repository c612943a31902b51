import { isOurs, type Mapping } from '../../app/exec/variables.ts';
import { usage } from '../../core/error.ts';
import { type Input, listFlag } from '../command.ts';

/** What the system, shells and languages read before a program begins: a credential there breaks it, or is run as code. */
const reserved =
  /^(PATH|HOME|USER|LOGNAME|SHELL|PWD|IFS|ENV|BASH_ENV|TMPDIR|TERM|LANG|LC_.+|LD_.+|DYLD_.+|NODE_(OPTIONS|PATH|EXTRA_CA_CERTS)|PYTHON(PATH|HOME|STARTUP)|RUBY(OPT|LIB)|PERL5(OPT|LIB)|_?JAVA(_TOOL)?_OPTIONS|JAVA_HOME|ANDROID_HOME|DEVELOPER_DIR|GIT_(SSH|ASKPASS|SSH_COMMAND|EXEC_PATH))$/i;

/** @throws AppError USAGE */
export function mapFlag(input: Input): Mapping[] {
  return listFlag(input, 'map').map((each) => {
    const [, name = '', source = ''] = /^([A-Za-z_][A-Za-z0-9_]*)=(\S+)$/.exec(each) ?? [];
    if (name === '' || isOurs(name)) {
      throw usage('--map takes NAME=SOURCE, where NAME is a variable and none of INTEGRATIONS_…', {
        hint: '--map MY_TOKEN=scm.accessToken',
        field: 'map',
      });
    }
    if (!reserved.test(name)) return { name, source };
    throw usage(`--map cannot set ${name}: the system and other programs read it themselves`, {
      hint: 'Take a name of your own, such as MY_TOKEN.',
      field: 'map',
    });
  });
}
