import { isReserved } from '../../app/exec/reserved.ts';
import { isOurs, type Mapping } from '../../app/exec/variables.ts';
import { usage } from '../../core/error.ts';
import { type Input, listFlag } from '../command.ts';

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
    if (!isReserved(name)) return { name, source };
    throw usage(`--map cannot set ${name}: the system and other programs read it themselves`, {
      hint: 'Take a name of your own, such as MY_TOKEN.',
      field: 'map',
    });
  });
}
