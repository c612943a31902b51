/** What `help` explains beside commands. */
export const topicNames = ['environment', 'exit-codes', 'manifest', 'keys'] as const;

export type TopicName = (typeof topicNames)[number];

/** The topic that a command line asks for, and nothing else: `help keys`. */
export function topicAskedFor([word, name, ...more]: readonly string[]): TopicName | undefined {
  return word === 'help' && more.length === 0 ? topicNames.find((each) => each === name) : undefined;
}
