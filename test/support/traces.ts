/** What must be found nowhere. */
export interface Sentinel {
  name: string;
  value: string | Buffer;
}

interface Form {
  form: string;
  text: Buffer;
}

/** Every form in which a value may have travelled. Of base64, what surrounds the value does not matter. */
export function formsOf(value: string | Buffer): Form[] {
  const bytes = Buffer.from(value as string);
  const hex = bytes.toString('hex');
  const forms: (readonly [form: string, text: string | Buffer])[] = [
    ['plain', bytes],
    ['hex', hex],
    ['capital hex', hex.toUpperCase()],
    ...[0, 1, 2].flatMap((offset) =>
      (['base64', 'base64url'] as const).map((encoding) => [encoding, inBase64(bytes, offset, encoding)] as const),
    ),
  ];
  if (typeof value === 'string') {
    const once = jsonEscaped(value);
    forms.push(['URL-encoded', encodeURIComponent(value)], ['JSON', once], ['JSON in JSON', jsonEscaped(once)]);
  }
  return forms.map(([form, text]) => ({ form, text: Buffer.from(text as string) }));
}

function jsonEscaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The characters of base64 that the bytes alone decide, where `offset` bytes stand before them in their group. */
function inBase64(bytes: Buffer, offset: number, encoding: 'base64' | 'base64url'): string {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
  const [first, end] = [Math.ceil((offset * 8) / 6), Math.floor((padded.length * 8) / 6)];
  return padded.toString(encoding).slice(first, end);
}

/** Looks for all of them at once. @returns what was found, as `accessToken of github as base64` */
export function tracer(sentinels: readonly Sentinel[]): (haystack: string | Buffer) => string[] {
  const wanted = sentinels.flatMap(({ name, value }) => formsOf(value).map((each) => ({ name, ...each })));
  return (haystack) => {
    const bytes = Buffer.from(haystack as string);
    return [
      ...new Set(wanted.filter(({ text }) => bytes.includes(text)).map(({ name, form }) => `${name} as ${form}`)),
    ];
  };
}
