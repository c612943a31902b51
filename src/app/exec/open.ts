import { audienceOf } from '../../core/audience.ts';
import { AppError } from '../../core/error.ts';
import { isSameAudience, originsTold } from '../../core/origins.ts';
import type { Secret } from '../../core/secret.ts';
import { quotable } from '../../core/text.ts';
import type { OpenToolRow, ToolFile } from '../../core/tool-environment.ts';
import type { Opener } from '../../crypto/seal.ts';
import type { Integration } from '../../db/stores/codec.ts';
import { categoryOf } from '../../db/stores/codec.ts';
import { executionOf } from '../../db/stores/history-entry.ts';
import { recorded } from '../recorded.ts';
import { openCredentials } from '../reveal.ts';
import type { TenantScope } from '../scope.ts';
import type { Used } from './used.ts';
import { type NamedVariable, toolRow } from './variables.ts';

/** What a command gets, in plain text. */
export interface Filled {
  variables: Record<string, string>;
  files: readonly { name: string; content: string }[];
}

/** Credentials that are open for a command. */
export interface OpenVariables {
  readonly needsFolder: boolean;
  /** @param folder where its files are to lie */
  fill(folder: string): Filled;
}

export interface Execution {
  pipeline: Integration;
  used: readonly Used[];
  variables: readonly NamedVariable[];
  /** What is run, without its arguments. */
  program: string;
}

/**
 * Opens what the variables are made of, and tells the history of it: the names, and what they are for.
 * @throws AppError KEY_UNAVAILABLE | DECRYPTION_FAILED, also where a credential is not meant for where its row leads
 */
export async function openVariables(scope: TenantScope, execution: Execution): Promise<OpenVariables> {
  const { pipeline, used, variables, program } = execution;
  const opener = await scope.opener();
  const attribution = { tenant: scope.tenant, actor: await scope.deps.actor() };
  const rows = [pipeline, ...used.map(({ row }) => row).filter((row) => row !== pipeline)];
  const entries = rows.map((row) => {
    const names = variables.filter((each) => each.used.row === row).map(({ name }) => name);
    return executionOf(categoryOf(row), row, program, names);
  });
  const opened = () => new Map(used.map((each) => [each, openRow(opener, each, variables)] as const));
  const secrets = await scope.deps.withNewKeys(() => recorded(scope.deps, attribution, entries, opened));
  return {
    needsFolder: variables.some(({ file }) => file),
    fill: (folder) => filled(variables, secrets, folder),
  };
}

type Secrets = ReadonlyMap<string, Secret | null>;

function openRow(opener: Opener, used: Used, variables: readonly NamedVariable[]): Secrets {
  const wanted = new Set(variables.flatMap((each) => (each.used === used ? each.fields : [])));
  const opened = openCredentials(opener, used.row, (column) => wanted.has(column));
  for (const [column, secret] of opened) if (secret) refuseStray(used, column, secret);
  return new Map(opened);
}

/** Tools send a credential to the address that stands beside it. */
function refuseStray({ provider, category, row }: Used, column: string, secret: Secret): void {
  const field = provider.fields.find(({ name }) => name === column);
  const leads = field ? audienceOf(provider, field, row) : [];
  if (isSameAudience(secret.audience, leads)) return;
  const named = `the ${category.noun} "${quotable(row.displayName)}"`;
  throw new AppError(
    'DECRYPTION_FAILED',
    `${column} of ${named} is meant for ${originsTold(secret.audience ?? [])}, but its row leads to ${originsTold(leads)}: somebody changed the address`,
    { hint: 'Correct the address with "update", or store the credential again with "rotate" where it is right.' },
  );
}

function filled(variables: readonly NamedVariable[], secrets: ReadonlyMap<Used, Secrets>, folder: string): Filled {
  const files = new Map<ToolFile, { name: string; content: string }>();
  const values = variables.map(({ name, used, file, value }) => {
    const row: OpenToolRow = {
      ...toolRow(used),
      secret: (field) => secrets.get(used)?.get(field)?.reveal() ?? '',
      pathOf: (each) => `${folder}/${each.name(row)}`,
      folder: () => folder,
    };
    if (file) files.set(file, { name: file.name(row), content: file.content(row) });
    return [name, value(row)] as const;
  });
  return { variables: Object.fromEntries(values), files: [...files.values()] };
}
