import { beforeAll, describe, expect, it } from 'vitest';
import { providers } from '../../../src/providers/index.ts';
import { askedBy, cases, documentOf, outcomeOf, shownBy } from '../../support/answer-examples.ts';
import { sqlite } from '../../support/engines.ts';
import { answers, places } from '../../support/provider-answers.ts';
import { type ProviderServer, providerServer } from '../../support/provider-server.ts';
import { longAgo, putInto, type Stored, storedById } from '../../support/stored.ts';
import { done, workspace } from '../../support/workspace.ts';

/*
 * Each line of each provider's table through the binary: one integration a line, in a tenant of its own, whose credential
 * tells the server which example to answer with, and one verification of them all.
 */

interface Item {
  id: string;
  displayName: string;
  outcome: string;
  status: string;
  checks: { name: string; outcome: string; detail: string }[];
  errorCode: string | null;
  hint: string | null;
}

/** Some hundred integrations, on a machine that may be busy. */
const timeout = 100_000;
const items = new Map<string, Item>();
let stored: Record<string, Stored>;

beforeAll(async () => {
  const server = await providerServer();
  answerByMark(server);
  const env = Object.fromEntries(Object.entries(places).map(([variable, place]) => [variable, server.url + place]));
  const box = await workspace(sqlite, env);
  const tenants = cases.map((_, index) => `('tenant-${index}', '${index}')`);
  await sqlite.sql(box, `INSERT INTO tenants (id, displayName) VALUES ${tenants.join(', ')}`);
  const documents = cases.map((each, index) => JSON.stringify({ tenant: `${index}`, ...documentOf(each, server.url) }));
  await done(box.runWith({ input: documents.join('\n---\n'), timeout }, 'apply', '-f', '-', '--yes'));
  await putInto(sqlite, box, longAgo);
  const all = ['--all-tenants', '--concurrency', '32', '--per-host', '32', '--timeout', '60'];
  const result = await box.runWith({ timeout }, 'verify', ...all, '--json');
  for (const item of result.json() as Item[]) items.set(item.displayName, item);
  stored = await storedById(sqlite, box);
}, 3 * timeout);

/** The tables know verbs, and what a person is told names the integration too (`verify/named-commands.ts`). */
function withoutCommands(hint: string | null | undefined): string | null | undefined {
  return (
    hint?.replace(/ The command: integrations .*$/, '').replace(/"integrations [^"]*"|"(update|rotate)"/g, '"…"') ??
    hint
  );
}

function commandsIn(hint: string | null | undefined): string[] {
  return [...(hint ?? '').matchAll(/"(integrations [^"]*)"| The command: (integrations .*)$/g)].map(
    ([, quoted, last]) => quoted ?? last ?? '',
  );
}

/** A request that shows a mark gets the example of that line, where it is the one that the example answers. */
function answerByMark(server: ProviderServer): void {
  for (const [name, { method, path, good }] of Object.entries(answers)) {
    server.on(method, path, (exchange) => {
      const shown = shownBy(exchange);
      const found = cases.find(({ mark }) => shown.includes(mark));
      const handler = found && askedBy(found) === name ? found.example.answer : good;
      return typeof handler === 'function' ? handler(exchange) : handler;
    });
  }
}

describe.each(providers.filter(({ verification }) => verification.answers))('$name', ({ name: provider }) => {
  it.each(cases.filter((each) => each.provider === provider))('$name', (each) => {
    const { line, example } = each;
    const item = items.get(`${provider}: ${each.name}`);
    const outcome = outcomeOf(example.class);
    const hint = example.hint ?? line.hint;
    expect(item).toMatchObject({ outcome, errorCode: example.class });
    expect(withoutCommands(item?.hint)).toBe(withoutCommands(typeof hint === 'string' ? hint : null));
    // Whoever copies a command changes that integration, and none of another tenant.
    for (const command of commandsIn(item?.hint)) expect(command).toContain(` --tenant ${cases.indexOf(each)}`);
    const broken = item?.checks.find((check) => check.outcome === 'failed' || check.outcome === 'undecided');
    const status = example.answer.status ?? 200;
    // Where the SCM of a pipeline is asked the same, that is told of it first.
    const detail = broken?.detail.replace(/^"code" is \w+: /, '');
    const told = example.detail ?? line.detail;
    expect(detail).toBe(status < 300 ? told : `${told} (${status})`);
    const row = stored[item?.id ?? ''];
    if (outcome === 'undecided') expect(row).toEqual(longAgo);
    else {
      expect(row?.verificationStatus).toBe(outcome === 'expired' ? 'EXPIRED' : 'INVALID');
      expect(row?.verificationError).toBe(`${broken?.name}: ${broken?.detail}`);
    }
  });
});
