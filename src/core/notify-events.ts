import { nearest } from './nearest.ts';

/** A value that a field is known to take, though it takes others, and what it stands for. */
export interface Suggestion {
  readonly value: string;
  readonly meaning: string;
}

/** The events that messages are sent for. The release platform may have more of its own. */
export const notifyEvents: readonly Suggestion[] = [
  { value: 'release_scheduled', meaning: 'A release got its date' },
  { value: 'release_started', meaning: 'Work on a release has begun' },
  { value: 'release_completed', meaning: 'A release is out' },
  { value: 'release_failed', meaning: 'A release did not get out' },
  { value: 'release_cancelled', meaning: 'A release was called off' },
  { value: 'build_started', meaning: 'A build is running' },
  { value: 'build_completed', meaning: 'A build is there' },
  { value: 'build_failed', meaning: 'A build failed' },
  { value: 'build_waiting', meaning: 'A build waits for somebody' },
  { value: 'submission_started', meaning: 'A build was handed in to its store' },
  { value: 'submission_approved', meaning: 'The store takes it' },
  { value: 'submission_rejected', meaning: 'The store refuses it' },
  { value: 'rollout_started', meaning: 'The first users get it' },
  { value: 'rollout_updated', meaning: 'More users get it' },
  { value: 'rollout_paused', meaning: 'No more users get it for now' },
  { value: 'rollout_halted', meaning: 'It was stopped' },
  { value: 'rollout_completed', meaning: 'All users get it' },
  { value: 'approval_requested', meaning: 'Somebody has to agree' },
  { value: 'ticket_created', meaning: 'The ticket of a release was made' },
  { value: 'credential_expiring', meaning: 'A credential ends soon' },
  { value: 'verification_failed', meaning: 'A provider refuses an integration' },
];

/** A sentence about an event that is none of ours; the release platform may have it. */
export function strangeEvent(event: string): string | undefined {
  const names = notifyEvents.map(({ value }) => value);
  // A test is sent whatever is listened to.
  if (names.includes(event) || event === 'test') return undefined;
  const meant = nearest(event, names);
  const known =
    meant === undefined ? 'integrations communication add --help lists those that are' : `did you mean ${meant}?`;
  return `"${event}" is none of the usual events (${known}); it is stored as it is.`;
}
