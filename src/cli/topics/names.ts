/** What `help` explains beside commands. */
export const topicNames = ['environment', 'exit-codes', 'manifest', 'keys'] as const;

export type TopicName = (typeof topicNames)[number];

/** The topic that `help` is to explain, and nothing else. */
export function topicNamed([name, ...more]: readonly string[]): TopicName | undefined {
  return more.length === 0 ? topicNames.find((each) => each === name) : undefined;
}
