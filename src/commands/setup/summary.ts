import { type Overview, readOverview, stopsOf } from '../../app/overview.ts';
import { given } from '../../config/settings.ts';
import type { Context } from '../../context.ts';
import { categories, categoryList } from '../../core/category.ts';
import { quotable, shellWord } from '../../core/text.ts';
import { listCategory } from '../../db/stores/list.ts';
import { manifestDocument, manifestText, type StoredTenant } from '../../manifest/export.ts';
import type { OneView } from '../../output/view.ts';
import { tree } from '../graph-view.ts';
import { placeOf, statusView } from '../status-view.ts';
import { type Beginning, commandsOf } from './as-commands.ts';
import { say } from './step.ts';

type Form = 'commands' | 'manifest' | 'none';

/** Shows what is there now, what still stops a release, and on demand how a script sets the same up. */
export async function summarize(context: Context): Promise<OneView> {
  const overview = await readOverview(context, await context.tenant());
  context.note(`\n${[...tree(overview)].join('')}`);
  const open = openEnds(overview);
  context.note(open.length === 0 ? 'Nothing known stops a release.' : 'Before a release can run:');
  for (const line of open) say(context, line);
  context.note('');
  if (categoryList.some(({ name }) => overview.integrations[name].length > 0)) await showForScripts(context, overview);
  return statusView(overview, await placeOf(context));
}

/** What a release still needs, with the command for it. */
function openEnds(overview: Overview): string[] {
  const { integrations } = overview;
  const needed = categoryList.filter(({ name }) => name === 'scm' || name === 'target' || name === 'pipeline');
  const missing = needed.filter(({ name }) => integrations[name].length === 0);
  const all = needed.flatMap(({ name }) => integrations[name].map((row) => ({ name, row })));
  return [
    ...missing.map(({ name, noun }) => `there is no ${noun} yet: integrations ${name} add`),
    ...integrations.pipeline.flatMap((row) =>
      stopsOf(overview, row).map((reason) => `${quotable(row.displayName)}: ${reason}`),
    ),
    ...all
      .filter(({ row }) => row.verificationStatus === 'NOT_VERIFIED')
      .map(
        ({ name, row }) =>
          `${quotable(row.displayName)} was not verified: integrations ${name} verify ${shellWord(row.displayName)}`,
      ),
  ];
}

async function showForScripts(context: Context, { tenant }: Overview): Promise<void> {
  const { queries } = await context.database();
  const stored: StoredTenant = {
    ref: tenant.name,
    integrations: (name) => listCategory(queries, tenant.id, categories[name]),
  };
  const shown: Record<Exclude<Form, 'none'>, () => Promise<string>> = {
    commands: async () => commandsOf(await manifestDocument(stored, { credentials: 'env' }), await beginning(context)),
    manifest: () => manifestText([stored], { credentials: 'env' }),
  };
  for (;;) {
    const form = await context.ask.select<Form>({
      message: 'The same for a script or CI:',
      choices: [
        { name: 'Not now', value: 'none' },
        { name: 'Show it as commands', value: 'commands' },
        { name: 'Show it as a manifest', value: 'manifest' },
      ],
    });
    if (form === 'none') return;
    context.note(`\n${await shown[form]()}`);
  }
}

async function beginning(context: Context): Promise<Beginning> {
  const { email, id } = await context.account();
  const { contextName } = await context.settings();
  const stored = (await context.config()).contexts[contextName]?.databaseUrl;
  return { account: email ?? id, databaseUrl: given(context.env, 'INTEGRATIONS_DATABASE_URL') ?? stored };
}
