/** An integration as whoever says what tools read of it sees it. */
export interface ToolRow {
  /** A plain value; undefined where it is empty. */
  text(field: string): string | undefined;
  /** Whether a credential is set. */
  has(field: string): boolean;
}

/** The same when a tool is about to be run. */
export interface OpenToolRow extends ToolRow {
  /** A credential in plain text; to be asked only for what is set. */
  secret(field: string): string;
  /** Where a file of the run lies. */
  pathOf(file: ToolFile): string;
  /** The folder that it lies in. */
  folder(): string;
}

/** A file that tools read, in the private folder of a run. */
export interface ToolFile {
  /** The fields that it is made of. */
  readonly fields: readonly string[];
  name(row: OpenToolRow): string;
  content(row: OpenToolRow): string;
  /** What a person should know of it: a clause. */
  readonly note?: string;
}

/** A variable under the name that a tool reads. */
export interface ToolVariable {
  readonly name: string;
  /** The fields that it is made of. */
  readonly fields: readonly string[];
  value(row: OpenToolRow): string;
  /** What it leads to. */
  readonly file?: ToolFile;
  /** Other names of the same: a tool that finds both refuses, or takes the other one. */
  readonly replaces?: readonly string[];
  /** Names that may keep a tool from using it, and are left as they are. */
  readonly rivals?: readonly string[];
  /** Left as it is where whoever runs the tool has set it. */
  readonly yields?: true;
}

/** What tools read of an integration: each variable that is set for it, with the file it leads to. */
export type ToolEnvironment = (row: ToolRow) => readonly ToolVariable[];

type Rest = Pick<ToolVariable, 'replaces' | 'rivals' | 'yields'>;

/** The value of a plain field; no variable where that is empty. */
export function plain(row: ToolRow, name: string, field: string): ToolVariable[] {
  const text = row.text(field);
  return text === undefined ? [] : [{ name, fields: [field], value: () => text }];
}

/** A credential as it is; no variable where there is none. */
export function credential(row: ToolRow, name: string, field: string, rest: Rest = {}): ToolVariable[] {
  return row.has(field) ? [{ name, fields: [field], value: ({ secret }) => secret(field), ...rest }] : [];
}

/** A text that is made of plain fields. */
export function made(name: string, fields: readonly string[], text: string): ToolVariable {
  return { name, fields, value: () => text };
}

/** The path of a file. */
export function pathOf(file: ToolFile, name: string, rest: Rest = {}): ToolVariable {
  return { name, fields: file.fields, file, value: (row) => row.pathOf(file), ...rest };
}

/** The path of a file as codemagic's tools take it in the place of what it holds. */
export function atFile(file: ToolFile, name: string): ToolVariable {
  return { name, fields: file.fields, file, value: (row) => `@file:${row.pathOf(file)}` };
}

/** The folder of a file. */
export function folderOf(file: ToolFile, name: string): ToolVariable {
  return { name, fields: file.fields, file, value: (row) => row.folder() };
}

/** What a file holds. */
export function contentOf(file: ToolFile, name: string): ToolVariable {
  return { name, fields: file.fields, value: (row) => file.content(row) };
}
