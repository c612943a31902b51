import type { TenantScope } from '../../app/scope.ts';
import type { Context } from '../../context.ts';
import { usage } from '../../core/error.ts';
import type { FieldValues } from '../../core/field.ts';
import { type Link, linkColumns } from '../../core/links.ts';
import { fitsScm, type Provider } from '../../core/provider.ts';
import { Secret } from '../../core/secret.ts';
import { quotable, visible } from '../../core/text.ts';
import { providerOf, type StoredValue } from '../../db/stores/codec.ts';
import type { Stores } from '../../db/stores/index.ts';
import type { Dialogue } from '../../input/dialogue.ts';
import type { Choice } from '../../input/prompter.ts';
import { createSources } from '../../input/source.ts';
import { hyperlink, takesHyperlinks } from '../../output/hyperlink.ts';
import { neededScm } from '../../providers/index.ts';

/** The conversation about an integration of the active tenant: a new one, or the one of that id. */
export function dialogueFor(
  { ask, env, streams, note }: Context,
  { stores }: TenantScope,
  provider: Provider,
  id?: string,
): Dialogue {
  const { name, typeColumn } = provider.category;
  return {
    provider,
    ask,
    note,
    link: takesHyperlinks(env, streams.stderr) ? hyperlink : visible,
    sources: createSources(env, streams.stdin),
    choices: (link) => choicesOf(stores, link, provider),
    clash: (values) => stores[name].clash({ ...withoutSecrets(values), [typeColumn]: provider.type }, id),
  };
}

function withoutSecrets(values: FieldValues): Record<string, StoredValue> {
  const plain: Record<string, StoredValue> = {};
  for (const [column, value] of Object.entries(values)) {
    if (value !== undefined && !(value instanceof Secret)) plain[column] = value;
  }
  return plain;
}

/** What a pipeline may use, as a list to choose from. @throws AppError USAGE when there is none */
async function choicesOf(stores: Stores, link: Link, pipeline: Provider): Promise<Choice<string>[]> {
  const { category } = stores[link];
  const choices: Choice<string>[] = [];
  for await (const page of stores[link].list({})) {
    for (const row of page) {
      const provider = providerOf(category, row);
      if (link === 'scm' && !fitsScm(pipeline, provider)) continue;
      const off = row.isActive ? '' : ', switched off';
      choices.push({ name: `${quotable(row.displayName)} (${provider.title}${off})`, value: row.id });
    }
  }
  if (choices.length > 0) return choices;
  const wanted = link === 'scm' ? neededScm(pipeline) : undefined;
  const kind = [wanted?.title, link].filter(Boolean).join(' ');
  throw usage(`a ${pipeline.title} pipeline needs a ${kind} integration, and there is none yet`, {
    hint: ['integrations', link, 'add', wanted?.name].filter(Boolean).join(' '),
    field: linkColumns[link],
  });
}
