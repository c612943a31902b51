/** For a request that was cut by the same signal to say what it waited for. */
const graceMs = 50;

const waits = new WeakMap<AbortSignal, Promise<never>>();

/** Rejects when the signal aborts. However many wait for one signal, it is listened to once: Node warns of more than ten. */
export function aborted(signal: AbortSignal): Promise<never> {
  const wait = waits.get(signal) ?? rejection(signal);
  waits.set(signal, wait);
  return wait;
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => setTimeout(() => reject(signal.reason), graceMs);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
