import { posixQuote as quote } from '../../core/text.ts';
import { type FlagWord, type Offer, pathText, type Table } from './words.ts';

/** Needs nothing beside bash itself, and keeps to what bash 3.2 (macOS) understands. */
export function bashScript(table: Table): string {
  return [
    '# Completion of integrations in bash. Made by: integrations completion bash',
    main,
    reading,
    offering,
    '# What follows is the tree of commands. Each function looks up $at, the command that was typed so far.',
    verbsFunction(table),
    aliasFunction(table),
    flagsFunction(table),
    valueFunction(table),
    argumentFunction(table),
    'complete -F _integrations integrations\n',
  ].join('\n\n');
}

const main = `_integrations() {
  local at='' words=() current='' head='' opened='' redirected='' awaits='' ended='' count=0 kind='' list='' word i
  COMPREPLY=()
  _integrations_read "$2"
  for ((i = 1; i < \${#words[@]}; i++)); do
    word=\${words[i]}
    if [[ $awaits ]]; then
      awaits=''
    elif [[ ! $ended && $word == -- ]]; then
      ended=1
    elif [[ ! $ended && $word == -?* ]]; then
      if [[ $word != *=* ]] && _integrations_value "$word"; then awaits=$word; fi
    else
      _integrations_enter "$word" || ((count++))
    fi
  done
  if [[ $redirected ]]; then
    kind=file
    _integrations_offer '' "$current"
  elif [[ $awaits ]]; then
    _integrations_value "$awaits"
    _integrations_offer '' "$current"
  elif [[ ! $ended && $current == --*=* ]]; then
    if _integrations_value "\${current%%=*}"; then _integrations_offer "\${current%%=*}=" "\${current#*=}"; fi
  elif [[ ! $ended && $current == -* ]]; then
    _integrations_flags
    _integrations_offer '' "$current"
  elif _integrations_argument "$count"; then
    _integrations_offer '' "$current"
  elif _integrations_verbs; then
    if ((count == 0)); then _integrations_offer '' "$current"; fi
  elif [[ ! $ended && ! $current ]]; then
    _integrations_flags
    _integrations_offer '' ''
  fi
}`;

const reading = `# Puts the line together again, for bash cuts it at every ":" and "=" as well. The words before the cursor go to words
# without their redirections, the one at the cursor to current; readline replaces only the end of that, and head is what
# stands before it.
_integrations_read() {
  local line=\${COMP_LINE:0:COMP_POINT} operator='^[0-9]*[<>&]+' word i all=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $i == 0 || $line == [[:blank:]]* ]]; then
      line=\${line#"\${line%%[![:blank:]]*}"}
      all+=('')
    fi
    if ((i == COMP_CWORD)); then word=$line; fi
    all[\${#all[@]} - 1]+=$word
    line=\${line#"$word"}
  done
  for ((i = 0; i < \${#all[@]}; i++)); do
    word=\${all[i]}
    if ((i == \${#all[@]} - 1)); then
      current=$word
    elif [[ $redirected ]]; then
      redirected=''
    elif [[ ! $word =~ $operator ]]; then
      words+=("$word")
    elif [[ $word == "\${BASH_REMATCH[0]}" ]]; then
      redirected=1
    fi
  done
  if [[ $current =~ $operator ]]; then
    redirected=1
    current=\${current#"\${BASH_REMATCH[0]}"}
  fi
  if [[ $current == [\\"\\']* ]]; then
    opened=\${current:0:1}
    current=\${current:1}
  fi
  head=\${current%"$1"}
}

# Goes to the verb that a word names, by its name or an alias.
_integrations_enter() {
  local verb=$1 list=''
  ((count == 0)) || return 1
  _integrations_alias "$1"
  _integrations_verbs && [[ " $list " == *" $verb "* ]] || return 1
  at=\${at:+$at }$verb
}`;

const offering = `# Offers what kind and list say, for a text that has a prefix before it in the same word.
_integrations_offer() {
  case $kind in
    choice) _integrations_match -P "$1" -W "$list" -- "$2" ;;
    file) _integrations_files "$1" "$2" ;;
    name) _integrations_names "$1" "$2" ;;
    source)
      case $2 in
        env:*) _integrations_match -P "$1env:" -e -- "\${2#env:}" ;;
        file:*) _integrations_files "$1file:" "\${2#file:}" ;;
        *)
          compopt -o nospace 2>/dev/null
          _integrations_match -P "$1" -W 'env: file: -' -- "$2"
          ;;
      esac
      ;;
  esac
}

_integrations_match() {
  local found
  while IFS= read -r found; do COMPREPLY+=("\${found#"$head"}"); done < <(compgen "$@")
}

# Where the path is all that readline replaces, its own completion of files does best: it quotes what it offers. What is
# offered here is put into the line as it stands, so it is quoted here.
_integrations_files() {
  local found typed=$2
  if [[ $head == "$1"* ]] && compopt -o default 2>/dev/null; then return; fi
  compopt -o nospace 2>/dev/null
  if [[ $opened != "'" ]]; then typed=\${typed//\\\\/}; fi
  while IFS= read -r found; do
    if [[ -d $found ]]; then found+=/; fi
    _integrations_quote "$2" || continue
    found=$1$found
    if [[ $found == "$head"* ]]; then COMPREPLY+=("\${found#"$head"}"); fi
  done < <(compgen -f -- "$typed")
}

# Names that only the program knows.
_integrations_names() {
  local found typed=$2 quotes=$'[\\\\\\\\"\\']'
  if [[ $opened != "'" ]]; then typed=\${typed//\\\\/}; fi
  while IFS= read -r found; do
    _integrations_quote "$2" || continue
    found=$1$found
    if [[ $found == "$head"* ]]; then COMPREPLY+=("\${found#"$head"}"); fi
  done < <(command integrations __complete "$list" "$typed" "\${words[@]//$quotes/}" 2>/dev/null)
}

# Quotes found for where the cursor is; fails for the few names that cannot be written there.
_integrations_quote() {
  local home='' bare
  if [[ $typed == '~/'* ]]; then home='~/'; fi
  printf -v bare %q "\${found#"$home"}"
  if [[ $home$bare == "$found" ]]; then
    return 0
  elif [[ $1 == *[\\"\\']* || $home && $opened ]]; then
    return 1
  elif [[ ! $opened ]]; then
    found=$home$bare
  elif [[ $opened == "'" ]]; then
    [[ $found != *"'"* ]]
  else
    [[ $found != *[\\!\\"\\$\\\`\\\\]* ]]
  fi
}`;

function verbsFunction({ nodes }: Table): string {
  const groups = nodes.filter(({ verbs }) => verbs.length > 0);
  const listed = groups.map((node) => [pathText(node), listOf(node.verbs.map(({ name }) => name))] as const);
  return `_integrations_verbs() {
  kind=choice
  case $at in
${indent(4, casesOf(listed))}
    *) return 1 ;;
  esac
}`;
}

function aliasFunction({ nodes }: Table): string {
  const named = nodes.flatMap((node) =>
    node.verbs.flatMap(({ name, aliases }) =>
      aliases.map((alias) => [`${pathText(node)} ${alias}`, `verb=${quote(name)}`] as const),
    ),
  );
  return `_integrations_alias() {
  case "$at $1" in
${indent(4, casesOf(named))}
  esac
}`;
}

function flagsFunction({ nodes, common }: Table): string {
  const shared = namesOf(common);
  const listed = nodes.flatMap((node) => {
    const own = namesOf(node.flags).filter((name) => !shared.includes(name));
    return own.length === 0 ? [] : [[pathText(node), listOf(own)] as const];
  });
  return `_integrations_flags() {
  kind=choice list=''
  case $at in
${indent(4, casesOf(listed))}
  esac
  list+=${quote(` ${shared.join(' ')}`)}
}`;
}

function namesOf(flags: readonly FlagWord[]): string[] {
  return flags.flatMap(({ names }) => names);
}

function valueFunction({ nodes, common }: Table): string {
  const own = nodes.flatMap((node) => {
    const inner = valueCases(node.flags, ' && return');
    return inner === '' ? [] : [[pathText(node), `case $1 in\n${indent(2, inner)}\nesac`] as const];
  });
  return `# Whether a flag takes a value, and which.
_integrations_value() {
  case $at in
${indent(4, casesOf(own))}
  esac
  case $1 in
${indent(4, valueCases(common))}
    *) return 1 ;;
  esac
}`;
}

function valueCases(flags: readonly FlagWord[], then = ''): string {
  return casesOf(
    flags.flatMap(({ names, value }) => {
      return value ? names.map((name) => [name, `${settingOf(value.offer)}${then}`] as const) : [];
    }),
  );
}

function argumentFunction({ nodes }: Table): string {
  const numbered = nodes.flatMap((node) =>
    node.args.map(({ offer }, index) => [`${pathText(node)} ${index}`, settingOf(offer)] as const),
  );
  const rest = nodes.flatMap((node) => {
    const last = node.args.at(-1);
    return last?.variadic ? [`${quote(`${pathText(node)} `)}*)\n  ${settingOf(last.offer)}\n  ;;`] : [];
  });
  return `# What the argument of this number is; fails where the command takes none.
_integrations_argument() {
  case "$at $1" in
${indent(4, [casesOf(numbered), ...rest].join('\n'))}
    *) return 1 ;;
  esac
}`;
}

function settingOf(offer: Offer): string {
  if (offer.kind === 'name') return `kind=name list=${offer.of}`;
  return offer.kind === 'choice' ? `kind=choice ${listOf(offer.words)}` : `kind=${offer.kind}`;
}

function listOf(names: readonly string[]): string {
  return `list=${quote(names.join(' '))}`;
}

/** The arms of a `case`; texts that mean the same share one. */
function casesOf(pairs: readonly (readonly [text: string, commands: string])[]): string {
  const byCommands = new Map<string, string[]>();
  for (const [text, commands] of pairs) byCommands.set(commands, [...(byCommands.get(commands) ?? []), quote(text)]);
  return [...byCommands]
    .map(([commands, texts]) => `${texts.join(' | ')})\n${indent(2, `${commands}\n;;`)}`)
    .join('\n');
}

function indent(width: number, lines: string): string {
  return lines.replace(/^(?=.)/gm, ' '.repeat(width));
}
