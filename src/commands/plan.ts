import { conflictOf } from '../app/manifest/apply.ts';
import { changeItem } from '../app/manifest/items.ts';
import { planAll } from '../app/manifest/prepare.ts';
import { startRecording } from '../app/manifest/review.ts';
import type { Context } from '../context.ts';
import { usage } from '../core/error.ts';
import { mayBeCredential, plural, sentenceList } from '../core/text.ts';
import { writeNewFile } from '../files/whole-file.ts';
import type { TextLine, View } from '../output/view.ts';
import { type Command, type Input, switchFlag, textFlag } from './command.ts';
import { formats } from './global-flags.ts';
import { planMarkdown } from './manifest/markdown.ts';
import { manifestFlags, readManifests } from './manifest/read-manifests.ts';
import { changesView, planKeys, unlistedIn } from './manifest/report.ts';

export const plan: Command = {
  name: 'plan',
  summary: 'Show what apply would change',
  description:
    'Reads the manifest, compares it with what is stored, and writes nothing. Of a credential it tells only whether it changes; with --no-credentials none is read, which is for changes that others propose.',
  flags: [
    ...manifestFlags,
    { name: 'no-credentials', help: 'Read no credential and need no key' },
    { name: 'out', value: 'path', help: 'Save the plan for "apply --plan", which applies nothing else' },
    { name: 'detailed-exitcode', help: 'End with 2 where there are differences' },
  ],
  formats: [...formats, 'markdown'],
  examples: [
    'integrations plan -f integrations.yaml',
    'integrations plan -f integrations.yaml --no-credentials --detailed-exitcode',
    'integrations plan -f integrations.yaml --out reviewed.plan',
    'integrations plan -f integrations.yaml --no-credentials -o markdown',
  ],
  run: showPlan,
};

async function showPlan(context: Context, input: Input): Promise<View> {
  const withCredentials = !switchFlag(input, 'no-credentials');
  const out = textFlag(input, 'out');
  if (out !== undefined && !withCredentials) {
    throw usage('--out and --no-credentials exclude each other: a plan is made of the credentials too');
  }
  const preparation = await readManifests(context, input, withCredentials);
  const recording =
    out === undefined ? undefined : await startRecording(context, preparation, switchFlag(input, 'prune'));
  const planned = await context.wait('Comparing', () => planAll(context, preparation, recording));
  const conflict = planned.map(conflictOf).find((each) => each !== undefined);
  if (out !== undefined && recording && !conflict) {
    writeNewFile(out, `${JSON.stringify(recording.file(), null, 2)}\n`, 'out');
    context.interruption.effects.note('plan', `the plan, in ${out}`);
  }
  const items = planned.flatMap(({ tenant, changes }) => changes.map((change) => changeItem(tenant, change)));
  const differs = items.some(({ action }) => action !== 'none');
  const beside = { unlisted: unlistedIn(planned), notes: variablesLine(preparation.variables) };
  return {
    ...changesView(items, beside, planKeys),
    ...(differs && switchFlag(input, 'detailed-exitcode') ? { exitStatus: 2 } : {}),
    documents: { markdown: () => planMarkdown(items, variablesTold(preparation.variables)) },
    failure: () => conflict,
  };
}

/** Whoever reviews a manifest sees which secrets it reaches for. */
function variablesLine(variables: readonly string[]): TextLine[] {
  if (variables.length === 0) return [];
  const names = variablesTold(variables);
  return [{ text: `apply reads the ${variables.length === 1 ? 'variable' : 'variables'} ${sentenceList(names)}.` }];
}

/** The names that may be told; somebody may have put a token in the place of a name. */
function variablesTold(variables: readonly string[]): string[] {
  const plain = variables.filter((name) => !mayBeCredential(name));
  const others = variables.length - plain.length;
  return [...plain, ...(others > 0 ? [`${plural(others, 'other')} of some length`] : [])];
}
