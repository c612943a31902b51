import { posixQuote as quote } from '../../core/text.ts';
import {
  type ArgumentWord,
  type CommandNode,
  commonOf,
  type FlagWord,
  type Offer,
  type Table,
  type Verb,
} from './words.ts';

/** Serves from a folder of `fpath`, where zsh calls it by the name of its file, and when it is sourced. */
export function zshScript(table: Table): string {
  return [
    '#compdef integrations',
    '# Completion of integrations in zsh. Made by: integrations completion zsh',
    sources,
    ...table.nodes.filter((node) => !isBare(node)).map((node) => placeFunction(node, table)),
    ending,
  ].join('\n\n');
}

const sources = `_integrations_source() {
  local -a forms
  if compset -P 'env:'; then
    _parameters -g '*export*'
  elif compset -P 'file:'; then
    _files
  else
    forms=('env\\::the environment variable of this name' 'file\\::the file at this path')
    _describe -t sources source forms -S ''
    forms=('-:standard input')
    _describe -t sources source forms
  fi
}

# Names that only the program knows.
_integrations_names() {
  local names=$(command integrations __complete $1 "\${(Q)PREFIX}" "\${typed[@]}" 2>/dev/null)
  [[ -n $names ]] && compadd -- "\${(@f)names}"
}

_integrations_words() {
  local -a described=("\${@:2}")
  _describe -t words $1 described
}`;

const ending = `if [[ $funcstack[1] == _integrations ]]; then
  _integrations "$@"
else
  compdef _integrations integrations
fi
`;

/** Nothing but the common flags can follow it. */
function isBare({ verbs, flags, args }: CommandNode): boolean {
  return verbs.length + flags.length + args.length === 0;
}

function functionName(path: readonly string[]): string {
  return ['_integrations', ...path].join('_');
}

function placeFunction(node: CommandNode, table: Table): string {
  return `${functionName(node.path)}() {\n${node.verbs.length > 0 ? groupBody(node, table) : leafBody(node, table)}\n}`;
}

function leafBody(node: CommandNode, table: Table): string {
  return `  _arguments -s -S \\\n${specs([...allFlagSpecs(node, table), ...node.args.map(argumentSpec)])}`;
}

// Kept for names: a verb sees no words but its own.
const typedWords = `  local -a typed=("\${(@Q)words[2,-1]}")`;

/** A group ends at its verb: what stands behind that is the verb's own business. */
function groupBody(node: CommandNode, table: Table): string {
  const isProgram = node.path.length === 0;
  const common = table.common.flatMap(flagSpecs).map((spec) => `    ${quote(spec)}\n`);
  const heading = [...allFlagSpecs(node, table), `1:command:${verbsAction(node.verbs)}`, '*:: :->rest'];
  return [
    '  local curcontext=$curcontext state state_descr line',
    '  local -A opt_args',
    ...(isProgram ? [typedWords, `  local -a common=(\n${common.join('')}  )`] : []),
    `  _arguments -C -s -S -A '-*' \\\n${specs(heading)} && return`,
    '  [[ $state == rest ]] || return',
    '  case $line[1] in',
    ...node.verbs.map((verb) => `    ${verbCase(verb, [...node.path, verb.name], table)}`),
    '  esac',
  ].join('\n');
}

function verbCase({ name, aliases }: Verb, path: readonly string[], { nodes }: Table): string {
  const bare = nodes.some((node) => isBare(node) && node.path.join(' ') === path.join(' '));
  return `${[name, ...aliases].join(' | ')}) ${bare ? '_arguments -s -S $common' : functionName(path)} ;;`;
}

/** A node whose own flags stand in for common ones lists those that are left. */
function allFlagSpecs(node: CommandNode, table: Table): string[] {
  const left = commonOf(node, table);
  const common = left.length === table.common.length ? [commonArray] : left.flatMap(flagSpecs);
  return [...node.flags.flatMap(flagSpecs), ...common];
}

const commonArray = '$common';

function specs(all: readonly string[]): string {
  return all.map((spec) => `    ${spec === commonArray ? spec : quote(spec)}`).join(' \\\n');
}

/** Each spelling is a spec of its own. */
function flagSpecs({ names, help, value, repeatable, excludes }: FlagWord): string[] {
  const before = repeatable ? '*' : excludes.length > 1 ? `(${excludes.join(' ')})` : '';
  const described = `[${help.replace(/[\\\]]/g, '\\$&')}]`;
  if (!value) return names.map((name) => `${before}${name}${described}`);
  const after = `${described}:${value.label.replaceAll(':', '\\:')}:${actionOf(value.offer)}`;
  return names.map((name) => `${before}${name}${name.startsWith('--') ? '=' : '+'}${after}`);
}

function argumentSpec({ label, offer, variadic }: ArgumentWord): string {
  return `${variadic ? '*' : ''}:${label}:${actionOf(offer)}`;
}

function actionOf(offer: Offer): string {
  if (offer.kind === 'choice') return `(${offer.words.join(' ')})`;
  if (offer.kind === 'name') return `{_integrations_names ${offer.of}}`;
  return { source: '_integrations_source', file: '_files', any: ' ' }[offer.kind];
}

/** The whole is evaluated by `_arguments`, which ends an action at a bare colon. */
function verbsAction(verbs: readonly Verb[]): string {
  const described = verbs.map(({ name, help }) => quote(`${name}:${help.replaceAll('\\', '\\\\')}`));
  return `{_integrations_words command ${described.join(' ')}}`.replaceAll(':', '\\:');
}
