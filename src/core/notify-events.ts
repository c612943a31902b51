import { nearest } from './nearest.ts';

/** A value that a field is known to take, though it takes others, and what it stands for. */
export interface Suggestion {
  readonly value: string;
  readonly meaning: string;
}

/** The events that messages are sent for. The release platform may have more of its own. */
export const notifyEvents: readonly Suggestion[] = [
  { value: 'release_scheduled', meaning: 'A release was scheduled' },
  { value: 'release_started', meaning: 'Work on a release has started' },
  { value: 'release_completed', meaning: 'A release is out' },
  { value: 'release_failed', meaning: 'A release failed' },
  { value: 'release_cancelled', meaning: 'A release was cancelled' },
  { value: 'build_started', meaning: 'A build is running' },
  { value: 'build_completed', meaning: 'A build is done' },
  { value: 'build_failed', meaning: 'A build failed' },
  { value: 'build_waiting', meaning: 'A build is waiting for somebody' },
  { value: 'submission_started', meaning: 'A build was submitted to its store' },
  { value: 'submission_approved', meaning: 'The store approved it' },
  { value: 'submission_rejected', meaning: 'The store rejected it' },
  { value: 'rollout_started', meaning: 'The first users get it' },
  { value: 'rollout_updated', meaning: 'More users get it' },
  { value: 'rollout_paused', meaning: 'No further users get it for now' },
  { value: 'rollout_halted', meaning: 'The rollout was stopped' },
  { value: 'rollout_completed', meaning: 'All users get it' },
  { value: 'approval_requested', meaning: 'Somebody has to approve something' },
  { value: 'ticket_created', meaning: 'The ticket of a release was created' },
  { value: 'credential_expiring', meaning: 'A credential expires soon' },
  { value: 'verification_failed', meaning: 'A provider refused an integration' },
];

export function isEventName(text: string): boolean {
  return /^[a-z][a-z0-9_.:-]{0,63}$/.test(text);
}

/** A sentence about an event in a list that is none of ours; the release platform may have it. */
export function strangeEvent(event: string): string | undefined {
  const unusual = unusualEvent(event);
  return unusual && `${unusual}; it is stored as it is.`;
}

/** The same as a clause. */
export function unusualEvent(event: string): string | undefined {
  const names = notifyEvents.map(({ value }) => value);
  // A test is sent whatever is listened to.
  if (names.includes(event) || event === 'test') return undefined;
  const meant = nearest(event, names);
  const known =
    meant === undefined ? 'integrations communication add --help lists those that are' : `did you mean ${meant}?`;
  return `"${event}" is not one of the usual events (${known})`;
}
