import type { Command } from '../command.ts';
import { triggerVerb } from './trigger.ts';

/** What a pipeline can do beside what every integration can. */
export const pipelineVerbs: readonly Command[] = [triggerVerb];
