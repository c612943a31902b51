import fc from 'fast-check';

/** FUZZ_SECONDS for a long run; FUZZ_SEED for another one. The same seed tries the same inputs in the same order. */
export const fuzzSeconds = Number(process.env['FUZZ_SECONDS'] ?? 2);
export const fuzzSeed = Number(process.env['FUZZ_SEED'] ?? 20_261_122);

/**
 * Tries inputs until the time is up, at least as many as `atLeast` however long they take, and prints how many they were.
 * A failure is shrunk and told with its seed.
 */
export async function fuzz<T>(
  title: string,
  inputs: fc.Arbitrary<T>,
  holds: (input: T) => unknown,
  atLeast = 10,
): Promise<void> {
  const end = Date.now() + fuzzSeconds * 1000;
  let tried = 0;
  const property = fc.asyncProperty(inputs, async (input) => {
    tried += 1;
    await holds(input);
  });
  let seed = fuzzSeed;
  do await fc.assert(property, { seed: seed++, numRuns: atLeast });
  while (Date.now() < end);
  process.stdout.write(`fuzz: ${title}: ${tried} inputs, seed ${fuzzSeed}\n`);
}

/** Any text: of every plane, with controls, lone surrogates, and what databases, shells and parsers trip over. */
export const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code))).map((units) => units.join('')),
  fc
    .array(
      fc.constantFrom(
        ...['\0', "'", '"', '`', '\\', '%', '_', ';--', '$(x)', '$', '\n', '\r', '\t', '\u2028', '\ufeff', '\ud800'],
        ...[
          '__proto__',
          'constructor',
          'toString',
          'null',
          'NaN',
          '-',
          '--',
          ':',
          '/',
          '../',
          'file:',
          'env:',
          '{',
          '[',
        ],
        ...['0x0', '1e999', '😀', 'Ä', 'İ', 'ß', '\u0301', ' ', '\u00a0', 'scm_', 'a'.repeat(300)],
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join('')),
);

/** A text with some places of it cut, doubled, replaced or filled. */
export function mutated(text: string): fc.Arbitrary<string> {
  const place = fc.nat({ max: text.length });
  const change = fc.record({
    from: place,
    length: fc.oneof(fc.constant(0), fc.constant(1), fc.nat({ max: 40 })),
    by: fc.oneof(fc.constant(''), fc.constantFrom(...(text.slice(0, 200) || ' ')), anyText),
    copies: fc.integer({ min: 1, max: 3 }),
  });
  return fc
    .array(change, { minLength: 1, maxLength: 4 })
    .map((changes) =>
      changes.reduce(
        (current, { from, length, by, copies }) =>
          current.slice(0, from) + by.repeat(copies) + current.slice(from + length),
        text,
      ),
    );
}
