import { fishQuote as quote } from './quote.ts';
import { type CommandNode, commonOf, type FlagWord, type Offer, pathText, type Table } from './words.ts';

export function fishScript(table: Table): string {
  return [
    '# Completion of integrations in fish. Made by: integrations completion fish',
    placeFunctions,
    wordsFunction,
    sourceFunction,
    namesFunction,
    '# What follows is the tree of commands.',
    verbsFunction(table),
    aliasFunction(table),
    valueFunction(table),
    argumentFunction(table),
    "complete -c integrations -f -a '(__integrations_words)'",
    ...table.nodes.map(ownFlagLines).filter(Boolean),
    `${table.common.map((flag) => commonFlagLine(flag, table)).join('\n')}\n`,
  ].join('\n\n');
}

const placeFunctions = `# Prints the command that was typed so far, and how many arguments follow it.
function __integrations_place
    set -l tokens (commandline -opc)
    while string match -qr '^\\w+=' -- $tokens[1]
        set -e tokens[1]
    end
    set -l at ''
    set -l count 0
    set -l awaits no
    set -l ended no
    for token in $tokens[2..]
        if test $awaits = yes
            set awaits no
        else if test $ended = no; and test "$token" = --
            set ended yes
        else if test $ended = no; and string match -qr '^-.' -- $token
            if not string match -q '*=*' -- $token; and __integrations_takes_value "$at" $token
                set awaits yes
            end
        else
            set -l verb (__integrations_alias "$at" $token)
            if test $count = 0; and contains -- "$verb" (__integrations_verbs "$at" | string replace -r '\\t.*' '')
                set at (string trim -- "$at $verb")
            else
                set count (math $count + 1)
            end
        end
    end
    printf '%s\\n' "$at" $count
end

function __integrations_at
    set -l place (__integrations_place)
    contains -- "$place[1]" $argv
end`;

const wordsFunction = `function __integrations_words
    set -l place (__integrations_place)
    test $place[2] = 0; and __integrations_verbs "$place[1]"
    __integrations_argument "$place[1]" $place[2]
end`;

const sourceFunction = `function __integrations_source
    set -l typed (commandline -ct | string replace -r '^--[^=]*=' '')
    if string match -q 'env:*' -- $typed
        printf 'env:%s\\n' (set -nx)
    else if string match -q 'file:*' -- $typed
        printf 'file:%s\\n' (__fish_complete_path (string replace 'file:' '' -- $typed))
    else
        printf '%s\\t%s\\n' env: 'the environment variable of this name' file: 'the file at this path' - 'standard input'
    end
end`;

const namesFunction = `# Names that only the program knows.
function __integrations_names
    set -l typed (commandline -ct | string replace -r '^--[^=]*=' '')
    set -l tokens (commandline -opc)
    command integrations __complete $argv[1] (string unescape -- $typed) $tokens[2..] 2>/dev/null
end`;

function verbsFunction({ nodes }: Table): string {
  const cases = nodes
    .filter(({ verbs }) => verbs.length > 0)
    .flatMap((each) => [
      `        case ${quote(pathText(each))}`,
      `            printf '%s\\t%s\\n' ${each.verbs.map(({ name, help }) => `${name} ${quote(help)}`).join(' \\\n                ')}`,
    ]);
  return `function __integrations_verbs\n    switch $argv[1]\n${cases.join('\n')}\n    end\nend`;
}

function aliasFunction({ nodes }: Table): string {
  const cases = nodes.flatMap((each) =>
    each.verbs
      .filter(({ aliases }) => aliases.length > 0)
      .flatMap(({ name, aliases }) => [
        `        case ${aliases.map((alias) => quote(`${pathText(each)} ${alias}`)).join(' ')}`,
        `            echo ${name}`,
      ]),
  );
  return `# Prints the proper name of a verb.
function __integrations_alias
    switch "$argv"
${[...cases, '        case "*"', '            echo -- $argv[2]'].join('\n')}
    end
end`;
}

function valueFunction({ nodes, common }: Table): string {
  const withValue = (flags: readonly FlagWord[]) => flags.filter(({ value }) => value).flatMap(({ names }) => names);
  const cases = nodes.flatMap((each) => {
    const names = withValue(each.flags);
    return names.length === 0
      ? []
      : [`        case ${quote(pathText(each))}`, `            contains -- $argv[2] ${names.join(' ')}; and return`];
  });
  return `function __integrations_takes_value
    switch $argv[1]
${cases.join('\n')}
    end
    contains -- $argv[2] ${withValue(common).join(' ')}
end`;
}

function argumentFunction({ nodes }: Table): string {
  const cases = nodes.flatMap((each) =>
    each.args.flatMap(({ offer, variadic }, index) => {
      const printing = printingOf(offer);
      if (printing === undefined) return [];
      return [`        case ${quote(`${pathText(each)} ${variadic ? '*' : index}`)}`, `            ${printing}`];
    }),
  );
  return `# Prints what the argument of this number can be.
function __integrations_argument
    switch "$argv"
${cases.join('\n')}
    end
end`;
}

function printingOf(offer: Offer): string | undefined {
  if (offer.kind === 'name') return `__integrations_names ${offer.of}`;
  if (offer.kind === 'choice') return `printf '%s\\n' ${offer.words.join(' ')}`;
  return { source: '__integrations_source', file: '__fish_complete_path (commandline -ct)', any: undefined }[
    offer.kind
  ];
}

function ownFlagLines(node: CommandNode): string {
  return node.flags.map((flag) => flagLine(flag, `__integrations_at ${quote(pathText(node))}`)).join('\n');
}

/** A common flag stands everywhere but where a node has its own in its stead. */
function commonFlagLine(flag: FlagWord, table: Table): string {
  const without = table.nodes
    .filter((each) => !commonOf(each, table).includes(flag))
    .map((each) => quote(pathText(each)));
  return flagLine(flag, without.length > 0 ? `not __integrations_at ${without.join(' ')}` : undefined);
}

function flagLine({ names, help, value }: FlagWord, condition: string | undefined): string {
  const spelled = names.map((name) => name.replace(/^--/, '-l ').replace(/^-(?!l )/, '-s '));
  const parts = [...(condition ? [`-n ${quote(condition)}`] : []), ...spelled, ...(value ? [takes(value.offer)] : [])];
  return `complete -c integrations ${parts.join(' ')} -d ${quote(help)}`;
}

function takes(offer: Offer): string {
  if (offer.kind === 'name') return `-xa '(__integrations_names ${offer.of})'`;
  if (offer.kind === 'choice') return `-xa ${quote(offer.words.join(' '))}`;
  return { source: "-xa '(__integrations_source)'", file: '-rF', any: '-x' }[offer.kind];
}
