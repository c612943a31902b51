import { type Preparation, prepare } from '../../app/manifest/prepare.ts';
import type { Context } from '../../context.ts';
import { usage } from '../../core/error.ts';
import type { Problem } from '../../manifest/problem.ts';
import { readTexts } from '../../manifest/text.ts';
import { type Flag, type Input, listFlag, switchFlag, textFlag } from '../command.ts';

/** The flags of whatever reads a manifest. */
export const manifestFlags: readonly Flag[] = [
  { name: 'file', short: 'f', value: 'path', repeatable: true, help: 'The manifest; - for standard input' },
  { name: 'prune', help: 'Delete what is stored and not in the manifest' },
  { name: 'allow-outside', help: "Accept file: sources from outside the manifest's folder too" },
  { name: 'env-prefix', value: 'prefix', help: 'Accept only env: variables that begin with this' },
];

/** Reads what the flags name. @throws AppError with everything that is wrong with it */
export async function readManifests(context: Context, input: Input, withCredentials: boolean): Promise<Preparation> {
  const paths = listFlag(input, 'file');
  if (paths.length === 0)
    throw usage('missing: -f, the manifest', {
      hint: `integrations ${context.command} -f FILE, or -f - for standard input`,
    });
  if (paths.filter((path) => path === '-').length > 1)
    throw usage('standard input holds one manifest, but -f - is given twice');
  const problems: Problem[] = [];
  const texts = await readTexts(paths, context.streams.stdin, problems);
  const sources = { env: context.env, allowOutside: switchFlag(input, 'allow-outside') };
  return prepare(context, {
    texts,
    problems,
    sources: withCredentials ? sources : undefined,
    envPrefix: textFlag(input, 'env-prefix') ?? (await context.settings()).envPrefix,
    prune: switchFlag(input, 'prune'),
    tenant: context.flags.tenant,
  });
}
