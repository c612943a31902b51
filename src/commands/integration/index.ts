import type { Category } from '../../core/category.ts';
import { summaries } from '../../providers/summaries.ts';
import type { Command } from '../command.ts';
import { communicationVerbs } from '../communication/index.ts';
import { pipelineVerbs } from '../pipeline/index.ts';
import { ticketVerbs } from '../ticket/index.ts';
import { addVerb } from './add.ts';
import { namingFlags } from './in-flags.ts';
import { linkVerb } from './link.ts';
import { listVerb } from './list.ts';
import { removeVerb } from './remove.ts';
import { rotateVerb } from './rotate.ts';
import { showVerb } from './show.ts';
import { switchVerb } from './switch.ts';
import { updateVerb } from './update.ts';
import { verifyVerb } from './verify.ts';

/** The verbs of a category, each written once for all five. */
export function integrationCommand(category: Category): Command {
  return {
    name: category.name,
    aliases: category.aliases,
    summary: summaries[category.name],
    commands: [
      namingFlags(category, addVerb(category)),
      listVerb(category),
      showVerb(category),
      namingFlags(category, updateVerb(category)),
      namingFlags(category, rotateVerb(category)),
      verifyVerb(category),
      ...(category.name === 'pipeline' ? [linkVerb, ...pipelineVerbs] : []),
      ...(category.name === 'communication' ? communicationVerbs : []),
      ...(category.name === 'ticket' ? ticketVerbs : []),
      switchVerb(category, 'enable'),
      switchVerb(category, 'disable'),
      removeVerb(category),
    ],
  };
}
