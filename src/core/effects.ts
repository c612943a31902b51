/**
 * How what was under way ended: a change is `stored`, or there is nothing to tell of it (`settled`): it is not stored, or
 * is told of by a note. `not known` where its answer was lost.
 */
export type Fate = 'stored' | 'settled' | 'not known';

/**
 * What a run has changed outside itself, so that the truth is told where it ends before its answer: by Ctrl-C, or by an
 * error after the first of several changes.
 */
export interface Effects {
  /** Begins what must not be broken off without saying so: a COMMIT that is sent, a file that goes with it. @returns what ends it */
  begin(): (fate: Fate) => void;
  /** Calls back as soon as nothing is under way any more, and before anything else goes on. */
  whenSettled(done: () => void): void;
  /** Notes what is stored, as in the sentence `Stored before that: …`; in the place of what was noted under the same subject. */
  note(subject: string, what: string): void;
  /** What is to be told of it; undefined where nothing is stored. */
  summary(): string | undefined;
}

export function createEffects(): Effects {
  const notes = new Map<string, string>();
  const underWay = new Set<object>();
  const waiting: (() => void)[] = [];
  let isStored = false;
  let isUnknown = false;

  return {
    begin() {
      const one = {};
      underWay.add(one);
      return (fate) => {
        isStored ||= fate === 'stored';
        isUnknown ||= fate === 'not known';
        if (!underWay.delete(one) || underWay.size > 0) return;
        for (const done of waiting.splice(0)) done();
      };
    },

    whenSettled(done) {
      if (underWay.size === 0) done();
      else waiting.push(done);
    },

    note: (subject, what) => void notes.set(subject, what),

    summary() {
      const noted = notes.size > 0 ? `Stored before that: ${[...notes.values()].join('; ')}.` : undefined;
      if (underWay.size > 0 || isUnknown) {
        const unknown = `It is not known whether the ${noted ? 'last ' : ''}change was stored: integrations history shows it.`;
        return noted ? `${noted} ${unknown}` : unknown;
      }
      return noted ?? (isStored ? 'The change was stored before that.' : undefined);
    },
  };
}

/** Does what must not be broken off without saying so. */
export async function unbroken<T>(effects: Effects, work: () => Promise<T>): Promise<T> {
  const end = effects.begin();
  try {
    return await work();
  } finally {
    end('settled');
  }
}
