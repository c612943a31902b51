/** For a request that was cut by the same signal to say what it waited for. */
const graceMs = 50;

/** Rejects when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => setTimeout(() => reject(signal.reason), graceMs);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
