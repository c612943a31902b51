import { type Item, runChecks } from '../../app/doctor/run.ts';
import type { Context } from '../../context.ts';
import { AppError } from '../../core/error.ts';
import { plural, quotable } from '../../core/text.ts';
import { toneOf } from '../../output/tone.ts';
import { type Data, type ManyView, manyOf } from '../../output/view.ts';
import type { Command } from '../command.ts';
import { checks } from './checks.ts';

const reportKeys = ['id', 'severity', 'finding', 'remedy', 'count', 'rows'];

export const doctor: Command = {
  name: 'doctor',
  summary: 'Check the database, the keys, the files and the network',
  description:
    'Nothing is changed, and no provider is asked. It looks at every tenant, and opens every credential.\n\n' +
    'error: something does not work, or others can get at the credentials.\n' +
    'warning: it works, but not for long, or less safely than it could.\n' +
    'info: worth knowing. skipped: another check failed that this one needs.\n\n' +
    'Exit 0 without an error; 4 for one of the database or the key, 1 for any other.',
  examples: ['integrations doctor', 'integrations doctor --json'],
  diagnoses: true,
  keys: reportKeys,
  run: async (context) => reportOf(context, await runChecks(context, checks)),
};

function reportOf(context: Context, items: readonly Item[]): ManyView {
  const rows = items.map((item): Data => ({ ...item, rows: item.rows.map((row) => ({ ...row })) }));
  const failure = failureOf(items);
  if (!failure) context.note(summaryOf(items));
  return {
    ...manyOf(rows, {
      columns: [
        { title: 'Check', text: ({ id }) => String(id), whole: true },
        {
          title: 'Result',
          text: ({ severity }) => String(severity),
          tone: ({ severity }) => toneOf(severity),
          whole: true,
        },
        { title: 'Found', text: foundText, wraps: true },
      ],
      keys: reportKeys,
      name: ({ id }) => String(id),
      empty: '',
    }),
    failure: () => failure,
  };
}

/** The finding, and beneath it what mends it. */
function foundText({ finding, remedy }: Data): string {
  const found = quotable(String(finding), Number.POSITIVE_INFINITY);
  return remedy === null ? found : `${found}\nremedy: ${quotable(String(remedy), Number.POSITIVE_INFINITY)}`;
}

function summaryOf(items: readonly Item[]): string {
  const warnings = items.filter(({ severity }) => severity === 'warning').length;
  return warnings === 0 ? 'No errors, no warnings.' : `No errors, ${plural(warnings, 'warning')}.`;
}

/** The database and the key weigh more than the rest. */
function failureOf(items: readonly Item[]): AppError | undefined {
  const failed = items.filter(({ severity }) => severity === 'error');
  if (failed.length === 0) return undefined;
  const codes = failed.map(({ id }) => checks.find((check) => check.id === id)?.code ?? 'INTERNAL');
  const code = codes.find((each) => each !== 'INTERNAL') ?? 'INTERNAL';
  const names = [...new Set(failed.map(({ id }) => id))];
  return new AppError(code, `${plural(failed.length, 'error')} found: ${names.join(', ')}`, {
    hint: 'The report says how to fix each.',
    details: { checks: names },
  });
}
