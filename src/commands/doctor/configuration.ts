import { existsSync } from 'node:fs';
import { type Check, ok } from '../../app/doctor/check.ts';
import { outputSetting } from '../../config/settings.ts';
import type { Context } from '../../context.ts';
import { configFile } from '../../files/directories.ts';
import { formats } from '../global-flags.ts';

/** `config.yaml`, and what it and the environment say. */
export const configuration: Check<Context> = {
  id: 'config',
  needs: [],
  code: 'INTERNAL',
  doing: 'Reading the configuration',
  async look({ config, settings, flags, env, directories }) {
    const { contextName } = await settings();
    const output = outputSetting(flags, env, await config());
    if (output !== undefined && !(formats as readonly string[]).includes(output)) {
      return [
        {
          severity: 'warning',
          finding: 'the output format that INTEGRATIONS_OUTPUT or the context names is not known',
          remedy: `Set it to one of ${formats.join(', ')}.`,
        },
      ];
    }
    const path = configFile(directories);
    return ok(existsSync(path) ? `${path}, context "${contextName}"` : `there is no ${path}: the defaults apply`);
  },
};
