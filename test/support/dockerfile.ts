import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout, run } from './programs.ts';

/** A line of the Dockerfile: `COPY`, and what it says. */
interface Instruction {
  word: string;
  text: string;
}

interface Stage {
  name: string;
  image: string;
  instructions: Instruction[];
}

/** What the last stage leaves: its folder in place of `/`, and how it is run. */
export interface Image {
  root: string;
  env: Record<string, string>;
  user: string;
  entrypoint: string[];
  command: string[];
  healthCheck: string[];
  /** A path or a word of it as it is in the folder. */
  placed(word: string): string;
}

export function readDockerfile(): Stage[] {
  const text = readFileSync(join(checkout, 'Dockerfile'), 'utf8');
  const stages: Stage[] = [];
  for (const line of text
    .replace(/^#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .split('\n')) {
    const [, word = '', rest = ''] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    if (line.trim() !== '' && word === '') throw new Error(`The Dockerfile has a line that is not understood: ${line}`);
    if (word === 'FROM') {
      const [image = '', , name = ''] = rest.split(/ +/);
      stages.push({ name, image, instructions: [] });
    } else if (word !== '') stages.at(-1)?.instructions.push({ word, text: rest });
  }
  return stages;
}

/** What of the checkout goes to Docker: `.dockerignore` names all of it, and leaves out the rest. */
export function contextNames(): string[] {
  const [first, ...names] = readFileSync(join(checkout, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (first !== '*' || names.some((name) => !/^![^/*]+$/.test(name))) throw new Error('.dockerignore is no list.');
  return names.map((name) => name.slice(1));
}

/**
 * Does what the Dockerfile says, without Docker: each stage in a folder of its own, its programs as the user of the
 * test with this machine's Node.
 * @param env for the programs, beside what the Dockerfile sets
 */
export async function followDockerfile(folder: string, env: NodeJS.ProcessEnv): Promise<Image> {
  const roots = new Map<string, string>();
  let image: Image | undefined;
  for (const [at, stage] of readDockerfile().entries()) {
    const root = join(folder, String(at));
    mkdirSync(root);
    roots.set(stage.name, root);
    image = await follow(stage, root, { roots, env });
  }
  if (!image) throw new Error('The Dockerfile has no stage.');
  return image;
}

async function follow(
  { instructions }: Stage,
  root: string,
  { roots, env }: { roots: ReadonlyMap<string, string>; env: NodeJS.ProcessEnv },
): Promise<Image> {
  const placed = (word: string) => (word.startsWith('/') ? join(root, word) : word);
  const image: Image = { root, env: {}, user: 'root', entrypoint: [], command: [], healthCheck: [], placed };
  let cwd = root;
  for (const { word, text } of instructions) {
    if (word === 'WORKDIR') {
      cwd = placed(text);
      mkdirSync(cwd, { recursive: true });
    } else if (word === 'ENV') {
      for (const [, name = '', value = ''] of text.matchAll(/(\w+)=(\S+)/g)) image.env[name] = placed(value);
    } else if (word === 'COPY') {
      copy(text, { cwd, placed, roots });
    } else if (word === 'RUN') {
      const [program = '', ...args] = asOwnUser(wordsOf(text)).map(placed);
      await run(program, args, { cwd, env: { ...env, ...image.env } });
    } else if (word === 'USER') image.user = text;
    else if (word === 'ENTRYPOINT') image.entrypoint = wordsOf(text);
    else if (word === 'CMD') image.command = wordsOf(text);
    else if (word === 'HEALTHCHECK') image.healthCheck = wordsOf(text.replace(/^.*? CMD /, ''));
    else if (word !== 'VOLUME' && word !== 'EXPOSE') throw new Error(`What ${word} does is not known here.`);
  }
  return image;
}

/** A program with its arguments, in the form that no shell reads. @throws where a shell would */
function wordsOf(text: string): string[] {
  if (!text.startsWith('[')) throw new Error(`A shell reads: ${text}`);
  return JSON.parse(text) as string[];
}

/** `install -o node -g node`: the user of the image is whoever runs the test. */
function asOwnUser(words: readonly string[]): string[] {
  const ids: Readonly<Record<string, number | undefined>> = { '-o': process.getuid?.(), '-g': process.getgid?.() };
  return words.map((word, at) => (word === 'node' && at > 0 ? String(ids[words[at - 1] ?? ''] ?? word) : word));
}

interface Copying {
  cwd: string;
  placed: (word: string) => string;
  roots: ReadonlyMap<string, string>;
}

/** As Docker copies: what a folder holds, and a file into a folder where that ends with a slash. */
function copy(text: string, { cwd, placed, roots }: Copying): void {
  const [, from, rest = ''] = /^(?:--from=(\w+) )?(.*)$/.exec(text) ?? [];
  const words = rest.split(/ +/);
  const target = words.pop() ?? '';
  const into = target.startsWith('/') ? placed(target) : join(cwd, target);
  for (const source of words) {
    const isFolder = source === '.' || target.endsWith('/') === false;
    if (from !== undefined) {
      const found = join(roots.get(from) ?? '', source);
      cpSync(found, isFolder ? into : join(into, source.split('/').at(-1) ?? ''), { recursive: true });
      continue;
    }
    for (const name of source === '.' ? contextNames() : [source]) {
      if (!contextNames().includes(name)) throw new Error(`.dockerignore leaves out ${name}.`);
      cpSync(join(checkout, name), join(into, name), { recursive: true });
    }
  }
}
