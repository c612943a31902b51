import { invalid } from '../../core/error.ts';
import type { Json } from '../../core/field.ts';
import type { Message } from '../../core/messages.ts';
import { isEventName } from '../../core/notify-events.ts';
import { unfilledReason } from '../../core/placeholder.ts';
import { readRunKey } from '../../core/run-key.ts';
import { capital, printable, quotable } from '../../core/text.ts';

/** What is to be told to those who listen to its event. */
export interface Notification {
  event: string;
  /** What is told of it, by name, in the order in which it is shown. */
  variables: Readonly<Record<string, string>>;
  /** In the place of the event's own title. */
  message: string | undefined;
  /** Where people read on, an http or https address. */
  link: string | undefined;
  /** The caller's own name for it: under it, each destination gets it once. */
  key: string | undefined;
}

const longestLink = 2048;

/** @throws AppError VALIDATION */
export function refuseUnfit({ event, variables, message, link, key }: Notification): void {
  if (!isEventName(event)) {
    const hint = 'Lower-case letters, digits and _ . : -, for example release_started.';
    throw invalid(`"${quotable(event)}" is not the name of an event`, { field: 'event', hint });
  }
  for (const name of Object.keys(variables)) {
    if (/^[A-Za-z][\w.-]{0,63}$/.test(name)) continue;
    const hint = 'Letters, digits and _ . -, for example version.';
    throw invalid(`"${quotable(name)}" is not the name of a variable`, { field: 'variables', hint });
  }
  const texts = [
    ['message', message],
    ['link', link],
    ['key', key],
    ...Object.entries(variables).map(([name, value]) => [`variable ${name}`, value] as const),
  ] as const;
  for (const [what, text] of texts) refuseUnfilled(what, text);
  if (message !== undefined && oneLine(message) === '') throw invalid('the message is empty', { field: 'message' });
  if (link !== undefined) refuseOddLink(link);
  if (key !== undefined) readRunKey(key);
}

function refuseUnfilled(what: string, text: string | undefined): void {
  const reason = text === undefined ? undefined : unfilledReason(text);
  if (reason !== undefined)
    throw invalid(`the ${what} ${reason}`, { field: what.replace(/^variable .*/, 'variables') });
}

function refuseOddLink(link: string): void {
  const url = URL.parse(link);
  if (!url || !/^https?:$/.test(url.protocol) || link.length > longestLink || /\s/.test(link)) {
    throw invalid('the link is not an address with http or https', { field: 'link' });
  }
  if (url.username || url.password) {
    throw invalid('the link has a user or a password in it, which everybody would read', { field: 'link' });
  }
}

/** What is told, by which a second call under the same key is known. */
export function requestOf({ event, variables, message, link }: Notification): Json {
  return [event, Object.entries(variables), message ?? null, link ?? null];
}

interface Setting {
  tenantName: string;
  integrationName: string;
  /** `2026-12-31T00:00:00Z` */
  at: string;
}

/** The event that is sent to try a destination. */
export const testEvent = 'test';

/** What the title tells, if it is the event's own. */
const subjectNames: readonly string[] = ['app', 'version', 'platform'];

/** The texts of an event: its name in words, what it is about, and all that is given of it. */
export function messageOf(notification: Notification, setting: Setting): Message {
  const { event, message, link } = notification;
  const given = Object.entries(notification.variables).filter(([, value]) => value.trim() !== '');
  const subject = subjectNames.flatMap((name) => given.filter(([each]) => each === name).map(([, value]) => value));
  const isOwn = message === undefined;
  const title = [titleOf(event), subject.join(' ')].filter(Boolean).join(': ');
  const { tenantName, integrationName, at } = setting;
  const trial = { tenant: tenantName, integration: integrationName, time: at };
  const told = [...(event === testEvent ? Object.entries(trial) : []), ...given];
  return {
    title: oneLine(message ?? title),
    facts: told
      .filter(([name]) => !(isOwn && subjectNames.includes(name)))
      .map(([name, value]) => ({ name: labelOf(name), value: printable(value).trim() })),
    link: link === undefined ? undefined : new URL(link).href,
  };
}

function titleOf(event: string): string {
  return event === testEvent ? 'Test message: nothing has to be done' : labelOf(event);
}

/** `build_number` to `Build number`. */
function labelOf(name: string): string {
  return capital(name.replace(/[_.:-]+/g, ' ').trim());
}

function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}
