import { createSpool } from '../../files/spool.ts';
import type { Data } from '../../output/view.ts';

/**
 * Items of a report, which come in any order and are gone through in that in which they were expected, again and again.
 * In memory are only those that wait for one before them.
 */
export interface OrderedItems extends Iterable<Data> {
  expect(id: string): void;
  add(id: string, item: Data): void;
  /** What did not come is left out. */
  end(): void;
}

export function createOrderedItems(): OrderedItems {
  const spool = createSpool();
  const waiting = new Map<string, Data | undefined>();
  const keep = (id: string, item: Data) => {
    spool.add(JSON.stringify(item));
    waiting.delete(id);
  };

  return {
    expect: (id) => void waiting.set(id, undefined),

    add(id, item) {
      // A place that is taken stays where it is.
      waiting.set(id, item);
      for (const [first, ready] of waiting) {
        if (!ready) return;
        keep(first, ready);
      }
    },

    end() {
      for (const [id, item] of waiting) if (item) keep(id, item);
    },

    *[Symbol.iterator]() {
      for (const text of spool) yield JSON.parse(text) as Data;
    },
  };
}
