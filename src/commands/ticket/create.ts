import { createTicket, previewTicket, type TicketPreview } from '../../app/tickets/create.ts';
import type { TicketRequest } from '../../app/tickets/request.ts';
import { variableName } from '../../app/tickets/template.ts';
import type { Context } from '../../context.ts';
import { usage } from '../../core/error.ts';
import { readRunKey } from '../../core/run-key.ts';
import { quotable } from '../../core/text.ts';
import type { Data, OneView, View } from '../../output/view.ts';
import { type Command, type Input, pairsFlag, switchFlag, textFlag } from '../command.ts';
import { openScope } from '../integration/scope.ts';
import { allowHttpFlag, runOptions } from '../runs/options.ts';
import { inTenantTold } from '../where.ts';
import { keyOf, oneTicket, ticketKeys } from './view.ts';

export const createVerb: Command = {
  name: 'create',
  summary: 'Create the epic of a release from epicTemplate, once',
  description:
    'One ticket for one key: a second call finds the first. It creates one whether --auto-create-epics is set or not; that setting is for hosts that create them by themselves. Where there are no epics, it is what stands for one: an issue of the default project, or else a project.',
  args: [{ name: 'ref', help: 'Its name, its id, or a part of its id', required: true }],
  flags: [
    { name: 'release', value: 'version', help: 'The version that it is for: {{version}} in the template' },
    { name: 'var', value: 'name=value', repeatable: true, help: 'A value for {{name}} in the template' },
    { name: 'title', value: 'text', help: 'The title, in place of the one in the template' },
    { name: 'link', value: 'url', help: 'A page that the ticket is to lead to: {{releaseUrl}} in the template' },
    { name: 'key', value: 'key', help: 'A name of your own for it; the version where it is not given' },
    { name: 'dry-run', help: 'Ask for the fields of the project, show what would be sent, and create nothing' },
    allowHttpFlag,
  ],
  examples: [
    'integrations ticket create board --release 2.4.0',
    'integrations ticket create board --release 2.4.0 --var branch=release/2.4 --dry-run',
  ],
  keys: [...ticketKeys, 'mark', 'title', 'request', 'existing'],
  run: create,
};

async function create(context: Context, input: Input): Promise<View> {
  const asked = requestOf(input);
  const scope = await openScope(context);
  const integration = await scope.findForChange('ticket', input.args[0] ?? '');
  const options = runOptions(context, input);
  if (switchFlag(input, 'dry-run')) {
    return previewView(
      await context.wait('Asking for the fields', () => previewTicket(scope, integration, asked, options)),
    );
  }
  const { run, result, warnings } = await context.wait('Creating the ticket', () =>
    createTicket(scope, integration, asked, options),
  );
  for (const warning of warnings) context.warn(warning);
  return oneTicket(context, { run, result, where: await inTenantTold(context, scope.tenant), when: scope.when });
}

/** @throws AppError USAGE */
function requestOf(input: Input): TicketRequest {
  const release = textFlag(input, 'release')?.trim() ?? '';
  if (release === '') throw usage('--release names the version that the ticket is for', { field: 'release' });
  const link = textFlag(input, 'link');
  if (link !== undefined && !/^https?:$/.test(URL.parse(link)?.protocol ?? ''))
    throw usage('--link is an address that begins with https:// or http://', { field: 'link' });
  return {
    release: readRunKey(release, 'release', '--release'),
    key: textFlag(input, 'key') === undefined ? undefined : keyOf(input),
    title: textFlag(input, 'title'),
    values: variablesOf(input),
    link,
  };
}

function variablesOf(input: Input): Record<string, string> {
  const variables = pairsFlag(input, 'var');
  if (Object.keys(variables).every((name) => variableName.test(name))) return variables;
  throw usage('--var is NAME=VALUE, its name of letters, digits, ".", "-" and "_"', { field: 'var' });
}

function previewView({ key, mark, title, url, body, existing }: TicketPreview): OneView {
  const there = existing ? { providerRunId: existing.key, url: existing.url } : null;
  const data: Data = { key, mark, title, request: { method: 'POST', url, body }, existing: there };
  return {
    kind: 'one',
    data,
    name: key,
    lines: [
      ['Key', quotable(key, 128)],
      ['Mark', mark],
      ['Title', quotable(title, 255)],
      ['There', existing ? quotable(existing.url ?? existing.key ?? '', 2048) : '-', existing ? 'yellow' : undefined],
      ['Request', `POST ${quotable(url, 2048)}`],
      ['Body', quotable(JSON.stringify(body), 8192)],
    ],
  };
}
