import { isUnresolved } from '../app/runs/look-up.ts';
import type { RunOptions } from '../app/runs/options.ts';
import { presentRun } from '../app/runs/present.ts';
import type { TenantScope } from '../app/scope.ts';
import { closeTicket } from '../app/tickets/close.ts';
import { createTicket } from '../app/tickets/create.ts';
import { findTicket } from '../app/tickets/find.ts';
import type { TicketRequest as Asked } from '../app/tickets/request.ts';
import { variableName } from '../app/tickets/template.ts';
import { trashedFailure } from '../app/tickets/trashed.ts';
import { invalid } from '../core/error.ts';
import { isRecord } from '../core/record.ts';
import { readRunKey } from '../core/run-key.ts';
import type { Integration } from '../db/stores/codec.ts';
import type { Run as StoredRun } from '../db/stores/run-row.ts';
import { acting } from './acting.ts';
import type { TenantCalls } from './host.ts';
import { requireOptions } from './option-names.ts';
import { requireText } from './options.ts';
import type { ActOptions, ClosedTicket, CreatedTicket, Environment, Ticket, TicketRequest } from './types.ts';

/** What is done with the tickets of a tenant. */
export interface TicketCalls {
  create(ref: string, request: TicketRequest, options: ActOptions): Promise<CreatedTicket>;
  find(ref: string, key: string, options: ActOptions): Promise<Ticket>;
  close(ref: string, asked: { key: string; to?: string }, options: ActOptions): Promise<ClosedTicket>;
}

export function createTickets(
  { run }: TenantCalls,
  environment: Environment,
  findIntegration: (scope: TenantScope, ref: string) => Promise<Integration>,
): TicketCalls {
  const at = <T>(
    ref: string,
    asked: ActOptions,
    work: (at: { scope: TenantScope; integration: Integration; options: RunOptions }) => Promise<T>,
  ) =>
    run('apply', (scope) =>
      acting(scope, { asked, environment }, async (options) =>
        work({ scope, integration: await findIntegration(scope, ref), options }),
      ),
    );

  return {
    create: (ref, request, asked) =>
      at(ref, asked, async ({ scope, integration, options }) => {
        const created = await createTicket(scope, integration, readRequest(request), options);
        const failure = trashedFailure(created.run);
        if (failure) throw failure;
        const { warnings } = created;
        for (const warning of warnings) scope.deps.warn(warning);
        return { result: isUnresolved(created.run) ? null : created.result, ...shown(created.run), warnings };
      }),

    find: (ref, key, asked) =>
      at(ref, asked, async ({ scope, integration, options }) => {
        return shown(await findTicket(scope, integration, readRunKey(key), options));
      }),

    close: (ref, given, asked) =>
      at(ref, asked, async ({ scope, integration, options }) => {
        requireOptions(given, { key: true, to: true }, 'asked');
        const { to } = given;
        if (to !== undefined) requireText(to, 'to');
        const closed = await closeTicket(scope, integration, { key: readRunKey(given.key), to }, options);
        return { result: closed.result, ...shown(closed.run) };
      }),
  };
}

function shown(run: StoredRun): Ticket {
  return presentRun(run) as unknown as Ticket;
}

const requestNames = { release: true, key: true, title: true, variables: true, link: true } as const;

/** @throws AppError USAGE | VALIDATION for what a program without types may give */
function readRequest(given: TicketRequest): Asked {
  requireOptions(given, requestNames, 'request');
  const { title, variables = {}, link } = given;
  const release = readRunKey(given.release, 'release');
  const key = given.key === undefined ? undefined : readRunKey(given.key);
  if (title !== undefined) requireText(title, 'title');
  if (link !== undefined && !/^https?:$/.test(URL.parse(String(link))?.protocol ?? '')) {
    throw invalid('link is an address that begins with https:// or http://', { field: 'link' });
  }
  const isMap = isRecord(variables) && Object.values(variables).every((value) => typeof value === 'string');
  if (!isMap || !Object.keys(variables).every((name) => variableName.test(name))) {
    throw invalid('variables are texts by names of letters, digits, ".", "-" and "_"', { field: 'variables' });
  }
  return { release, key, title, values: variables, link };
}
