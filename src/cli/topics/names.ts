/** What `help` explains beside commands. */
export const topicNames = ['environment', 'exit-codes', 'manifest', 'keys'] as const;

export type TopicName = (typeof topicNames)[number];

export function isTopic(word: string | undefined): word is TopicName {
  return topicNames.some((name) => name === word);
}
