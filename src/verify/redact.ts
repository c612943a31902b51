/*
 * A provider's answer may hold what was sent to it: a name, a role or a header that repeats the request. So nothing
 * leaves a verification before it has been held against the credentials it was made with.
 */

/** The shortest stretch of a credential that is taken for one. */
const stretch = 12;
const mask = '[secret]';
/** Nothing longer is told; the search takes as long as this times the length of what was sent. */
const longest = 2048;

/** Masks the credentials in a text: any stretch of them, as they are, in base64, or encoded for an address. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.flatMap(formsOf).map((form) => form.toLowerCase());
  const long = forms.filter((form) => form.length >= stretch).join('\n');
  const short = forms.filter((form) => form.length < stretch);
  return (told) => {
    const text = told.slice(0, longest);
    const lower = text.toLowerCase();
    const hidden = new Set<number>();
    const hide = (start: number, size: number) => {
      for (let index = start; index < start + size; index += 1) hidden.add(index);
    };
    for (let start = 0; start < lower.length; start += 1) {
      const window = lower.slice(start, start + stretch);
      if (window.length === stretch && long.includes(window)) hide(start, stretch);
      for (const form of short) if (lower.startsWith(form, start)) hide(start, form.length);
    }
    return hidden.size > 0 ? masked(text, hidden) : text;
  };
}

/** What of a credential is secret, in the forms in which it could come back. */
function formsOf(secret: string): string[] {
  return secretParts(secret)
    .filter((part) => part.length >= 8)
    .flatMap((part) => {
      const bytes = Buffer.from(part);
      // What stands in front of it shifts base64, so each shift has its own form.
      const encoded = [0, 1, 2].flatMap((shift) => {
        const end = bytes.length - ((bytes.length - shift) % 3);
        return [bytes.toString('base64', shift, end), bytes.toString('base64url', shift, end)];
      });
      return [part, encodeURIComponent(part), ...encoded].filter((form) => form.length >= 8);
    });
}

/** An address without its host, a pair without its user, a key without its frame, a header without its scheme. */
function secretParts(secret: string): string[] {
  if (secret.includes('-----BEGIN'))
    return secret
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => !line.startsWith('-----'));
  return [secret.replace(/^(https?:\/\/[^/]+|Bearer |Basic )/, '').replace(/^[^:\s@]+@[^:\s]+:/, '')];
}

function masked(text: string, hidden: ReadonlySet<number>): string {
  const shown = text.split('').map((char, index) => {
    if (!hidden.has(index)) return char;
    return hidden.has(index - 1) ? '' : mask;
  });
  return shown.join('');
}
