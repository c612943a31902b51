import { helpWidth } from '../help.ts';
import { topics } from './index.ts';
import type { TopicName } from './names.ts';
import { topicText } from './topic.ts';

/** @param columns of the terminal, where there is one */
export function topicTold(name: TopicName, columns: number | undefined): string {
  return topicText(topics[name], helpWidth(columns));
}
