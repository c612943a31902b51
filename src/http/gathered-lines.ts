const mostMs = 10;

/** Writes what comes within a moment at once: a write for each line takes longer than a short answer does. */
export interface GatheredLines {
  write(line: string): void;
  /** Writes what still waits. */
  flush(): void;
}

export function gatherLines(write: (lines: string) => void): GatheredLines {
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waiting !== '') write(waiting);
    waiting = '';
  }

  return {
    write(line) {
      waiting += line;
      timer ??= setTimeout(flush, mostMs);
    },
    flush,
  };
}
