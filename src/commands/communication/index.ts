import type { Command } from '../command.ts';
import { testVerb } from './test.ts';

/** What a communication integration can do beside what every integration can. */
export const communicationVerbs: readonly Command[] = [testVerb];
