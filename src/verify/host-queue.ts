/** Lets at most so many requests at a time go to one host. */
export interface HostQueue {
  /** @throws the signal's reason when it aborts while waiting */
  run<T>(host: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

export function createHostQueue(perHost: number): HostQueue {
  const hosts = new Map<string, { running: number; waiting: (() => void)[] }>();

  return {
    async run(host, signal, work) {
      const state = hosts.get(host) ?? { running: 0, waiting: [] };
      hosts.set(host, state);
      if (state.running >= perHost) await turn(state.waiting, signal);
      else state.running += 1;
      try {
        return await work();
      } finally {
        const next = state.waiting.shift();
        if (next) next();
        else state.running -= 1;
      }
    },
  };
}

/** Resolves when a place is handed over. */
function turn(waiting: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      waiting.splice(waiting.indexOf(take), 1);
      reject(signal.reason);
    };
    const take = () => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    waiting.push(take);
  });
}
