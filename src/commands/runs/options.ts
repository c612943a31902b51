import { diverting } from '../../app/diverting.ts';
import { defaultSleep, type RunOptions } from '../../app/runs/options.ts';
import type { Context } from '../../context.ts';
import { type Flag, type Input, switchFlag } from '../command.ts';

export const allowHttpFlag: Flag = {
  name: 'allow-http',
  help: 'Send credentials over plain http too, in a network of your own',
};

export function runOptions(context: Context, input: Input): RunOptions {
  return {
    env: context.env,
    allowHttp: switchFlag(input, 'allow-http'),
    now: () => new Date(),
    divert: diverting(context),
    interrupted: context.interruption.signal,
    sleep: defaultSleep,
    ...(context.flags.debug ? { trace: context.debug } : {}),
  };
}
