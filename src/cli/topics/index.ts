import { environment } from './environment.ts';
import { exitCodes } from './exit-codes.ts';
import { keys } from './keys.ts';
import { manifest } from './manifest.ts';
import type { TopicName } from './names.ts';
import type { Topic } from './topic.ts';

export const topics: Readonly<Record<TopicName, Topic>> = {
  environment,
  'exit-codes': exitCodes,
  manifest,
  keys,
};
