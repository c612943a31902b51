import { categoryList } from '../core/category.ts';
import { categoryKeys } from '../manifest/keys.ts';

/**
 * What an error or a verification says to a person at a command line, as a client of the API does it.
 * @returns undefined where no request does that
 */
export function hintInApi(hint: string): string | undefined {
  const told = inApi(hint);
  return speaksOfCommands.test(told) ? undefined : told;
}

/** The same of a text that has to stand, whatever it says. */
export function inApi(text: string): string {
  return words.reduce((told, [pattern, replacement]) => told.replace(pattern, replacement), text);
}

const speaksOfCommands = /(^|: |")integrations [a-z]|(^|\s)--[a-z]/;

/** The name of an integration, as a shell takes it; it may be absent. */
const named = `(?: (?:"[^"]*"|'(?:[^']|'\\\\'')*'|[\\w./@:+-]+))?`;

const words: readonly (readonly [RegExp, string])[] = [
  [/add --cascade to remove/, 'send ?cascade=true to remove'],
  [/given with --tenant/, 'of the path'],
  [/integrations help manifest/, 'the schema Manifest in /openapi.json'],
  [/integrations tenant list/, 'GET /api/v1/tenants'],
  [/name it too: integrations .*/, 'PATCH it together with the credentials.'],
  [/^Add --[a-z].*env:NAME$/, 'Send it too.'],
  [/ The command: integrations .*$/, ''],
  [/run this again/, 'send this again'],
  [/"?integrations pipeline (?:watch|cancel) (run_\w+)"?/, 'GET …/integrations/pipelines/{id}/runs/$1'],
  [new RegExp(`integrations pipeline runs${named}`), 'GET …/integrations/pipelines/{id}/runs/{runId}'],
  [/integrations runs --category (\w+)/, 'GET …/integrations/runs?category=$1'],
  [/integrations runs\b/, 'GET …/integrations/runs'],
  [/--env NAME=VALUE|--env\b(?! NAME=)/g, '"environmentVariables"'],
  [/with --var [\w.-]+=VALUE/, 'in "variables"'],
  [/"update" --epic-template file:epic\.json/, 'PATCH "epicTemplate"'],
  [/--(ref|key|to)\b/g, '"$1"'],
  [/--force\b/g, '"force": true'],
  ...categoryList.flatMap(({ name }) => {
    const command = `"?integrations ${name}`;
    const path = `…/integrations/${categoryKeys[name]}`;
    return [
      [new RegExp(`${command} show ([\\w-]+)"?`), `GET ${path}/$1`],
      [new RegExp(`${command} verify ([\\w-]+)"?`), `POST ${path}/$1/verify`],
      [new RegExp(`${command} rotate${named}"?`), `POST ${path}/{id}/rotate`],
      [new RegExp(`${command} update${named}"?(?! --)`), `PATCH ${path}/{id}`],
      [new RegExp(`${command} enable${named}"?`), `PATCH ${path}/{id} with {"isActive": true}`],
      [new RegExp(`${command} list( --type [\\w-]+)?"?`), `GET ${path}`],
    ] as const;
  }),
];
