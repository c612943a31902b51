import type { Category } from '../../core/category.ts';
import { AppError } from '../../core/error.ts';
import type { Field } from '../../core/field.ts';
import { providersOf } from '../../providers/index.ts';
import type { Command } from '../command.ts';

/** The same verb, whose errors name flags to people where scripts read columns. */
export function namingFlags(category: Category, verb: Command): Command {
  return {
    ...verb,
    async run(context, input) {
      try {
        return await verb.run?.(context, input);
      } catch (error) {
        throw inFlags(category, error);
      }
    },
  };
}

function inFlags(category: Category, error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'VALIDATION') return error;
  const { code, message, hint, field, details } = error;
  const flags = providersOf(category.name).flatMap(({ fields }) => fields);
  const told = namedIn(error.told, flags);
  const lines = error.lines.map((line) => namedIn(line, flags));
  return new AppError(code, message, { hint, field, details, told, lines, cause: error.cause });
}

function namedIn(text: string, fields: readonly Field[]): string {
  return fields.reduce((told, { name, flag }) => {
    // A column of one small word may be that word; where a clause begins it is the column.
    const column = /[A-Z]/.test(name) ? `\\b${name}\\b` : `(?<=^|; )${name}\\b`;
    return told.replace(new RegExp(column, 'g'), `--${flag}`);
  }, text);
}
