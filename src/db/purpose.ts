/** What a user of the server is for, the least first: each may do what those before it may. */
export const purposes = ['read', 'verify', 'apply', 'migrate'] as const;

export type Purpose = (typeof purposes)[number];

/** The one that may do what both may. */
export function greater(one: Purpose, other: Purpose): Purpose {
  return purposes.indexOf(one) > purposes.indexOf(other) ? one : other;
}
