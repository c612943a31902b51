import { afterAll, onTestFinished } from 'vitest';

const atEndOfFile: (() => unknown)[] = [];

/** Tidies up after the running test; outside one (`beforeAll`, `describe`) after the whole file. */
export function atEnd(tidy: () => unknown): void {
  try {
    onTestFinished(async () => void (await tidy()));
  } catch {
    atEndOfFile.push(tidy);
  }
}

// Vitest loads this file as a setup file, so that this hook is every test file's own.
afterAll(async () => {
  for (const tidy of atEndOfFile.splice(0).reverse()) await tidy();
});
