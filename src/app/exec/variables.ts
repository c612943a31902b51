import { usage } from '../../core/error.ts';
import { isRecord } from '../../core/record.ts';
import { quotable } from '../../core/text.ts';
import { credential, plain, type ToolRow, type ToolVariable } from '../../core/tool-environment.ts';
import { isReserved } from './reserved.ts';
import type { Used } from './used.ts';

/** A variable that a command gets, and of which integration. */
export interface NamedVariable extends ToolVariable {
  readonly used: Used;
}

/** A variable under a name of the caller's own: `NAME=GH_TOKEN`, `NAME=scm.accessToken`. */
export interface Mapping {
  name: string;
  source: string;
}

/**
 * Every variable that a command gets, in the order of what it is of. Our own settings are not among them, whoever names a
 * variable so.
 * @throws AppError USAGE where two would fill one variable, or a mapping leads nowhere
 */
export function variablesOf(used: readonly Used[], mappings: readonly Mapping[] = []): NamedVariable[] {
  const own = used
    .flatMap((each) => [...toolVariables(each), ...pipelineVariables(each).filter(({ name }) => !isReserved(name))])
    .filter(({ name }) => !isOurs(name));
  const all = [...own, ...mappings.map((mapping) => mapped(mapping, own, used))];
  const byName = new Map<string, NamedVariable>();
  for (const variable of all) {
    const other = byName.get(variable.name);
    if (other) throw collision(variable, other);
    byName.set(variable.name, variable);
  }
  return all;
}

/**
 * The variables of a pipeline that no command gets: whoever may change a pipeline would have programs run code of theirs
 * beside the credentials.
 */
export function withheldOf(used: readonly Used[]): NamedVariable[] {
  return used.flatMap(pipelineVariables).filter(({ name }) => isReserved(name));
}

/** Whether a variable is a setting of this program's: no command gets those. */
export function isOurs(name: string): boolean {
  return /^INTEGRATIONS_/i.test(name);
}

export function toolRow({ row }: Pick<Used, 'row'>): ToolRow {
  return {
    text(field) {
      const value = row[field];
      return typeof value === 'string' && value !== '' ? value : undefined;
    },
    has: (field) => (row[field] ?? null) !== null,
  };
}

function toolVariables(used: Used): NamedVariable[] {
  return used.provider.environment(toolRow(used)).map((variable) => ({ ...variable, used }));
}

/** What a pipeline sets for its builds, as it is. */
function pipelineVariables(used: Used): NamedVariable[] {
  const { [column]: map } = used.row;
  if (!isRecord(map)) return [];
  return Object.entries(map).map(([name, value]) => ({ name, fields: [column], value: () => String(value), used }));
}

const column = 'environmentVariables';

function mapped({ name, source }: Mapping, own: readonly NamedVariable[], used: readonly Used[]): NamedVariable {
  const known = own.find((each) => each.name === source);
  if (known)
    return {
      name,
      fields: known.fields,
      value: known.value,
      used: known.used,
      ...(known.file ? { file: known.file } : {}),
    };
  const [category, field = ''] = source.split('.');
  const of = used.find((each) => each.category.name === category);
  const described = of?.provider.fields.find((each) => each.name === field);
  const [found] = of && described ? (described.credential ? credential : plain)(toolRow(of), name, field) : [];
  if (of && found) return { ...found, used: of };
  throw usage(`--map ${quotable(name)}: nothing that is set is called "${quotable(source)}"`, {
    hint: 'Give a variable that --names shows, or a field such as scm.accessToken.',
    field: 'map',
  });
}

function collision(one: NamedVariable, other: NamedVariable) {
  return usage(`${quotable(one.name)} would be set twice: by ${originOf(other)} and by ${originOf(one)}`, {
    hint: 'Leave one of them out with --only, or rename the variable.',
  });
}

function originOf({ used: { category, row }, fields }: NamedVariable): string {
  const what = fields.includes(column) ? ` (${column})` : '';
  return `the ${category.noun} "${quotable(row.displayName)}"${what}`;
}
