import type { MessagePreview } from '../../app/messages/notify.ts';
import { quotable, visible } from '../../core/text.ts';
import { cell } from '../../output/render.ts';
import { type ManyView, manyOf } from '../../output/view.ts';

export const previewKeys = ['id', 'displayName', 'type', 'destination', 'payload'];

/** Where a message would go, and beneath that, what would be sent there. */
export function previewView(previews: readonly MessagePreview[]): ManyView {
  return manyOf(previews, {
    columns: [
      { title: 'Name', text: (data) => quotable(cell(data['displayName']), 255) },
      { title: 'Type', text: (data) => cell(data['type']), whole: true },
      { title: 'To', text: (data) => quotable(cell(data['destination']), 255) },
    ],
    keys: previewKeys,
    name: (data) => cell(data['id']),
    empty: 'Nobody listens to this event.',
    noun: 'destination',
    block: ({ displayName, destination, payload }) => [
      { text: `"${quotable(cell(displayName), 255)}" to ${quotable(cell(destination), 255)}:` },
      ...visible(JSON.stringify(payload, null, 2))
        .split('\n')
        .map((text) => ({ text: `  ${text}` })),
    ],
  });
}
