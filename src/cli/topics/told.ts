import { helpWidth } from '../help.ts';
import { isTopic } from './names.ts';

/**
 * The topic that a command line asks for: `help keys`.
 * @param columns of the terminal, where there is one
 */
export async function topicFor(argv: readonly string[], columns: number | undefined): Promise<string | undefined> {
  const [word, name, ...more] = argv;
  if (word !== 'help' || more.length > 0 || !isTopic(name)) return undefined;
  const [{ topics }, { topicText }] = await Promise.all([import('./index.ts'), import('./topic.ts')]);
  return topicText(topics[name], helpWidth(columns));
}
