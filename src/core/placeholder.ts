type Shape = readonly [shape: RegExp, reason: string];

const variable = 'is the name of a variable that nothing has filled in';
const template = 'is a template that nothing has filled in';
const mask = 'is a mask, not the value behind it';

/** What stands in the place of a value that nobody has filled in, as shells, CI systems, templates and programs leave it. */
const placeholders: readonly Shape[] = [
  [/^\$[A-Za-z_]\w*$|\$\([^)]*\)|\$\{[^}]*\}|^%\w+%$|^#\{[^}]*\}#?$|^@\w[\w.]*@$|^__\w+__$|^secrets\.\w+$/, variable],
  [/\{\{.*\}\}|<%.*%>/, template],
  [/^(undefined|null|none|nil|nan|true|false|\[object Object\])$/i, 'is what a program writes where it has no value'],
  [/^[*•●·.…_xX-]{3,}$|^\[(MASKED|REDACTED|FILTERED|secret|hidden)\]$|^\((hidden|sensitive)\)$/i, mask],
  [
    /^(change[-_ ]?me|replace[-_ ]?me|todo|tbd|fixme|placeholder|example|(your|my|insert)[-_ ].{0,40}|<[^<>]*>|\[[^[\]]*\])$/i,
    'is a placeholder, not the value that belongs in its place',
  ],
  [
    /^(op|vault|sm|awssm|gcp-?sm|keyvault|ref\+\w+|bw|doppler|keeper):\/?\/?\S+$|^arn:aws:|^@Microsoft\.KeyVault\(|^projects\/[^/]+\/secrets\/|^ENC\[|^\$ANSIBLE_VAULT;|^!vault/,
    'is a reference to a secret that nothing has read',
  ],
];

/** Why a text is no value but what was left in its place: a clause, which does not quote it. */
export function placeholderReason(text: string): string | undefined {
  // None of them is long, and a long text would take long.
  if (text.length > 200) return /^\$ANSIBLE_VAULT;|^ENC\[/.test(text) ? placeholders.at(-1)?.[1] : undefined;
  return placeholders.find(([shape]) => shape.test(text))?.[1];
}

/** Those that are nobody's name: somebody is called `undefined`, and a branch may be called `__next__`. */
const unfilled: readonly Shape[] = [
  [/\$\([\w.:-]+\)|\$\{[\w.:-]+\}/, variable],
  [/\$?\{\{[^{}]*\}\}/, template],
  [/^\*{3,}$/, mask],
];

/** Why a name, an id or an address is none, or has none in one of its parts: a clause. */
export function unfilledReason(text: string): string | undefined {
  return unfilled.find(([shape]) => shape.test(text))?.[1];
}

/** Why a password is none: a clause. A password may have anything in it, so only what is nothing else is told. */
export function unfilledPasswordReason(text: string): string | undefined {
  return unfilled.find(([shape]) => shape.exec(text)?.[0] === text)?.[1];
}
