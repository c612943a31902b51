import type { Command } from '../commands/command.ts';
import { categoryList } from '../core/category.ts';
import { nearest } from '../core/nearest.ts';
import { topicNames } from './topics/names.ts';

/** What other programs call our verbs; the first that a command has is meant. */
const verbs: Readonly<Record<string, readonly string[]>> = {
  get: ['list', 'show'],
  describe: ['show', 'list'],
  view: ['show', 'list'],
  info: ['show', 'status'],
  ls: ['list'],
  create: ['add'],
  new: ['add'],
  insert: ['add'],
  edit: ['update'],
  set: ['update', 'use'],
  modify: ['update'],
  change: ['update'],
  delete: ['remove'],
  del: ['remove'],
  destroy: ['remove'],
  rm: ['remove'],
  unset: ['remove'],
  test: ['verify'],
  check: ['verify'],
  validate: ['verify'],
  switch: ['use'],
  select: ['use'],
  on: ['enable'],
  off: ['disable'],
  activate: ['enable', 'activate'],
  deactivate: ['disable'],
  renew: ['rotate'],
};

/** What people call a category beside its name. */
const nouns: Readonly<Record<string, string>> = {
  scms: 'scm',
  repo: 'scm',
  repos: 'scm',
  repositories: 'scm',
  store: 'target',
  stores: 'target',
  app: 'target',
  apps: 'target',
  ci: 'pipeline',
  build: 'pipeline',
  builds: 'pipeline',
  communications: 'communication',
  chat: 'communication',
  message: 'communication',
  messages: 'communication',
  notification: 'notify',
  notifications: 'notify',
  issue: 'ticket',
  issues: 'ticket',
  tracker: 'ticket',
  tenants: 'tenant',
  accounts: 'account',
  user: 'account',
  users: 'account',
  contexts: 'context',
  profile: 'context',
  profiles: 'context',
  keys: 'key',
  keyring: 'key',
  providers: 'provider',
  database: 'db',
  tokens: 'token',
  run: 'runs',
};

/** What people look for beneath another name, as commands that lead there. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  get: ['status', 'scm list'],
  list: ['status', 'scm list'],
  ls: ['status', 'scm list'],
  show: ['status', 'scm show NAME'],
  describe: ['scm show NAME'],
  view: ['status'],
  info: ['status'],
  overview: ['status'],
  create: ['setup', 'scm add'],
  new: ['setup', 'scm add'],
  add: ['setup', 'scm add'],
  delete: ['scm remove NAME'],
  remove: ['scm remove NAME'],
  rm: ['scm remove NAME'],
  edit: ['scm update NAME'],
  set: ['scm update NAME'],
  update: ['scm update NAME'],
  rotate: ['scm rotate NAME', 'key rotate'],
  enable: ['scm enable NAME'],
  disable: ['scm disable NAME'],
  link: ['pipeline link NAME'],
  config: ['context show', 'help environment'],
  configure: ['setup', 'context add NAME'],
  install: ['setup'],
  start: ['setup'],
  auth: ['setup', 'context add NAME'],
  login: ['setup', 'context add NAME'],
  logout: ['context remove NAME'],
  whoami: ['account show'],
  use: ['tenant use NAME', 'context use NAME'],
  migrate: ['db migrate'],
  backup: ['key export', 'export'],
  import: ['apply', 'key import'],
  diff: ['plan'],
  sync: ['apply'],
  deploy: ['apply', 'pipeline trigger NAME'],
  test: ['verify'],
  check: ['verify', 'doctor'],
  validate: ['verify', 'plan'],
  expired: ['expiring'],
  expire: ['expiring'],
  log: ['history'],
  logs: ['history'],
  audit: ['history'],
  env: ['help environment'],
  environment: ['help environment'],
  variables: ['help environment'],
  manifest: ['help manifest'],
  'exit-codes': ['help exit-codes'],
};

/** Verbs that take the name of what they are about. */
const named = new Set([
  'show',
  'update',
  'remove',
  'rotate',
  'enable',
  'disable',
  'use',
  'link',
  'activate',
  'trigger',
]);

/**
 * The commands that may have been meant, without the program's name.
 * @param path the command whose verb is unknown: `scm`, or '' for the program
 * @param words the unknown word and what follows it
 * @param providers which category each provider is of, by its name
 */
export function guesses(
  { commands = [] }: Command,
  path: string,
  words: readonly string[],
  providers: Readonly<Record<string, string>>,
): string[] {
  const [word = '', next = ''] = words.map((each) => each.toLowerCase());
  const has = (name: string) => commands.some((command) => command.name === name);
  const providerOf = (name: string) => (Object.hasOwn(providers, name) ? providers[name] : undefined);
  if (path !== '') {
    if (providerOf(word) === path) return [`${path} add ${word}`];
    return [word, ...known(verbs, word)]
      .filter(has)
      .slice(0, 2)
      .map((verb) => withName(`${path} ${verb}`));
  }
  if (providerOf(word)) return [`${providerOf(word)} add ${word}`];
  const [noun] = known(nouns, word);
  if (noun !== undefined && has(noun)) return [behind(noun, next)];
  const verb = [word, ...known(verbs, word)].find((each) => categoryVerbs.has(each));
  const category = categoryNamed(next);
  if (verb && category) return [withName(`${category} ${verb}`)];
  if (verb === 'add' && providerOf(next)) return [`${providerOf(next)} add ${next}`];
  return known(elsewhere, word).filter((line) => has(line.split(' ')[0] ?? ''));
}

/**
 * What is spelled like an unknown word: a command, or a topic of the help.
 * @param isHelp whether it was to be explained
 */
export function spelledAlike({ commands = [] }: Command, path: string, word: string, isHelp: boolean): string[] {
  const topic = path === '' ? nearest(word, topicNames) : undefined;
  const name = isHelp
    ? nearest(
        word,
        commands.flatMap(({ name, aliases = [] }) => [name, ...aliases]),
      )
    : undefined;
  if (name !== undefined) return [['help', path, name].filter(Boolean).join(' ')];
  return topic === undefined ? [] : [`help ${topic}`];
}

/** `scm verify` for `verify scm`. */
export function categoryVerb(verb: string, [noun = '', ...refs]: readonly string[]): string[] {
  const category = categoryNamed(noun.toLowerCase());
  if (category === undefined || !categoryVerbs.has(verb)) return [];
  return [`${category} ${verb}${refs.length > 0 ? ' NAME' : ''}`];
}

/** The argument that a flag was typed for: `--name` of what takes a name, `--id` of what takes a ref. */
export function argumentFor({ args: [first] = [] }: Command, flag: string): string | undefined {
  if (!first) return undefined;
  return first.name === flag || (first.name === 'ref' && ['name', 'id'].includes(flag)) ? first.name : undefined;
}

/** `--access-token` for `--token`. */
export function flagsWith({ flags = [] }: Command, word: string): string[] {
  const longer = flags.filter(({ name }) => name.split('-').includes(word)).map(({ name }) => `--${name}`);
  return longer.length > 3 ? [] : longer;
}

function known(table: Readonly<Record<string, string | readonly string[]>>, word: string): readonly string[] {
  const found = Object.hasOwn(table, word) ? table[word] : undefined;
  return found === undefined ? [] : [found].flat();
}

const categoryVerbs = new Set(['add', 'list', 'show', 'update', 'rotate', 'verify', 'enable', 'disable', 'remove']);

function categoryNamed(word: string): string | undefined {
  const [name = word] = known(nouns, word);
  return categoryList.find((each) => each.name === name || each.aliases.includes(name))?.name;
}

/** A verb that was typed behind another word for its command. */
function behind(noun: string, verb: string): string {
  return categoryVerbs.has(verb) ? withName(`${noun} ${verb}`) : `${noun} --help`;
}

function withName(line: string): string {
  return named.has(line.split(' ').at(-1) ?? '') ? `${line} NAME` : line;
}
