import { invalid } from './error.ts';
import { hasUnprintable } from './text.ts';

const mostOfKey = 128;

/**
 * A caller's own name for what is done once, spelled one way: what looks the same is the same name.
 * @param told what it is called where it is typed, such as `--key`
 * @throws AppError VALIDATION
 */
export function readRunKey(given: unknown, field = 'key', told = field): string {
  const key = typeof given === 'string' ? given.trim().normalize('NFC') : '';
  if (key !== '' && [...key].length <= mostOfKey && !hasUnprintable(key)) return key;
  throw invalid(`${told} is a text of 1 to ${mostOfKey} characters, without control characters`, { field });
}
