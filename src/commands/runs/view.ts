import { aboutKeys, presentRun, runKeys } from '../../app/runs/present.ts';
import type { AppError } from '../../core/error.ts';
import { quotable } from '../../core/text.ts';
import type { Run } from '../../db/stores/run-row.ts';
import { cell } from '../../output/render.ts';
import { toneOf } from '../../output/tone.ts';
import type { Column, Data, ManyView, OneView } from '../../output/view.ts';
import type { When } from '../when.ts';

/** What providers say for the same. */
const sameWords: Readonly<Record<string, readonly string[]>> = {
  running: ['in progress', 'building'],
  succeeded: ['success'],
  failed: ['failure'],
  cancelled: ['canceled', 'aborted'],
};

/** A list of runs, page by page. */
export function manyRuns(runs: AsyncIterable<Run[]>, when: When, words: Pick<ManyView, 'empty' | 'noun'>): ManyView {
  return {
    kind: 'many',
    pages: pagesOf(runs),
    columns: runColumns(when),
    keys: runKeys,
    name: (data) => cell(data['runId']),
    ...words,
  };
}

async function* pagesOf(runs: AsyncIterable<Run[]>): AsyncGenerator<Data[]> {
  for await (const page of runs) yield page.map(presentRun);
}

/** As people read it: `not sent`; the provider's word stands beside it where that says more. */
export function stateText({ state, providerState }: Data): string {
  const told = cell(state).replaceAll('_', ' ');
  const theirs = cell(providerState);
  const word = theirs.toLowerCase().replaceAll('_', ' ');
  return word === '' || word === told || sameWords[told]?.includes(word) ? told : `${told} (${quotable(theirs, 40)})`;
}

export function runColumns(when: When): Column[] {
  return [
    { title: 'Started', text: (data) => when(cell(data['startedAt'])), whole: true, spare: 2 },
    { title: 'Name', text: (data) => quotable(cell(data['displayName']), 255) },
    { title: 'State', text: stateText, tone: (data) => toneOf(data['state']) },
    { title: 'About', text: aboutText, spare: 1 },
    { title: 'Run', text: (data) => cell(data['runId']), whole: true, copied: true },
    { title: 'Address', text: (data) => quotable(cell(data['url']), 2048), beneath: true },
  ];
}

function aboutText(data: Data): string {
  const { ref, release, providerRunId, event, destination } = data;
  // The number of a message is none that people know it by.
  if (event !== undefined) return quotable(`${cell(event)} to ${cell(destination ?? null)}`, 300);
  const number = cell(providerRunId ?? null);
  return [cell(ref ?? release ?? null), /^\d+$/.test(number) ? `#${number}` : number]
    .filter((text) => text !== '')
    .map((text) => quotable(text, 255))
    .join(' ');
}

export function oneRun(run: Run, when: When, failure?: AppError): OneView {
  const data = presentRun(run);
  const textOf = (value: unknown) => (Array.isArray(value) ? value.join(', ') : cell((value ?? null) as Data[string]));
  const shown = (value: unknown) => quotable(textOf(value), 2048) || '-';
  return {
    kind: 'one',
    data,
    name: run.id,
    failure: () => failure,
    lines: [
      ['Name', shown(run.displayName)],
      ['State', stateText(data), toneOf(run.state)],
      ...(run.detail ? [['Detail', shown(run.detail)] as const] : []),
      ...aboutKeys.flatMap((name) => (name in data ? [[labels[name], shown(data[name])] as const] : [])),
      ['Address', shown(run.url)],
      ['Started', when(run.createdAt)],
      ...(run.endedAt ? [['Ended', when(run.endedAt)] as const] : []),
      ['Run', run.id],
    ],
  };
}

const labels = {
  ref: 'Branch',
  parameters: 'Parameters',
  joined: 'Joined',
  cancelled: 'Cancelled',
  event: 'Event',
  destination: 'To',
  release: 'Release',
} as const;
