import type { Command } from '../command.ts';
import { cancelVerb } from './cancel.ts';
import { runsVerb } from './runs.ts';
import { triggerVerb } from './trigger.ts';
import { watchVerb } from './watch.ts';

/** What a pipeline can do beside what every integration can. */
export const pipelineVerbs: readonly Command[] = [triggerVerb, runsVerb, watchVerb, cancelVerb];
