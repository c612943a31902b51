import type { Command } from '../command.ts';
import { closeVerb } from './close.ts';
import { createVerb } from './create.ts';
import { findVerb } from './find.ts';

/** What a tracker can do beside what every integration can. */
export const ticketVerbs: readonly Command[] = [createVerb, findVerb, closeVerb];
