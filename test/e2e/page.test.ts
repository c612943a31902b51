import type { Browser, Page, Request } from 'playwright-core';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { barriers, hasFocus, type Look, newPage, sideways, startBrowser, tabTo } from '../support/browser.ts';
import type { Sandbox } from '../support/cli.ts';
import { sqlite } from '../support/engines.ts';
import { fixtureOf } from '../support/provider-fixtures.ts';
import { addThere, providerWorld, type World } from '../support/provider-world.ts';
import { sampleOf } from '../support/samples.ts';
import { serving } from '../support/serving.ts';
import { done, workspace } from '../support/workspace.ts';

const hostile = {
  markup: '<img src=x onerror="document.title=1">',
  backwards: 'مرحبا \u05d0\u05d1 <b>',
  long: `${'ever so long '.repeat(19)}end`,
};

let world: World;
let box: Sandbox;
let address: string;
let browser: Browser;

const json = async (...args: string[]) => (await done(box.run(...args, '--json'))).json();

async function add(provider: string, name: string, ...more: string[]): Promise<string> {
  const { args, env } = addThere(world, provider, name, ...more);
  return (await done(box.runWith({ env }, ...args, '-o', 'name'))).stdout.trim();
}

async function newToken(scope: string, ...more: string[]): Promise<{ id: string; token: string }> {
  tokens += 1;
  return json('token', 'add', '--name', `token ${tokens}`, '--scope', scope, ...more);
}
let tokens = 0;
let all: string;

beforeAll(async () => {
  world = await providerWorld();
  box = await workspace(sqlite, world.env);
  await add('github', 'code', '--repository-url', 'https://github.com/acme/ci');
  await add('app-store', 'app');
  await add('github-actions', 'release');
  await add('slack', 'news');
  await done(box.run('tenant', 'add', 'Globex'));
  await add('github', hostile.markup, '--tenant', 'Globex');
  await add('gitlab', hostile.backwards, '--tenant', 'Globex');
  await add('slack', hostile.long, '--tenant', 'Globex');
  all = (await newToken('read,write,verify', '--all-tenants')).token;
  address = await serving(box);
  browser = await startBrowser();
});

beforeEach(() => world.mishaps());

async function signedIn(token: string, look?: Look): Promise<Page> {
  const page = await newPage(browser, look);
  await page.goto(address);
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Show the integrations' }).click();
  await heading(page, 'Acme').waitFor();
  return page;
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name });
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const panel = (page: Page) => page.locator('#panel');
const said = (page: Page, text: string) => page.getByRole('status').getByText(text).waitFor();

/** Every request for the API that the page makes. */
function watched(page: Page): Request[] {
  const requests: Request[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/')) requests.push(request);
  });
  return requests;
}

test('one who has no mouse signs in, verifies, adds, rotates and removes, in the dark', async () => {
  const page = await newPage(browser, { colorScheme: 'dark' });
  const requests = watched(page);
  await page.goto(address);
  await tabTo(page, page.getByLabel('Token'));
  await page.keyboard.insertText(all);
  await page.keyboard.press('Enter');
  await heading(page, 'Acme').waitFor();
  await expect.poll(() => hasFocus(heading(page, 'Acme'))).toBe(true);

  await tabTo(page, button(page, 'Verify code'));
  await page.keyboard.press('Enter');
  await said(page, 'Verified: 1 valid.');
  expect(await hasFocus(heading(page, 'Verification of code'))).toBe(true);
  expect(await panel(page).getByRole('listitem').allInnerTexts()).toEqual(
    expect.arrayContaining([expect.stringMatching(/passed\s+credential/)]),
  );
  await page.keyboard.press('Escape');
  expect(await hasFocus(button(page, 'Verify code'))).toBe(true);

  await tabTo(page, button(page, 'Add a communication integration'));
  await page.keyboard.press('Enter');
  await heading(page, 'Add a communication integration').waitFor();
  await tabTo(page, button(page, 'Add it'));
  await page.keyboard.press('Enter');
  // What is missing is said beside its field, and the first of these has the focus.
  expect(await hasFocus(page.getByLabel('Name'))).toBe(true);
  expect(await page.locator('.wrong:not(:empty)').allInnerTexts()).toEqual([
    'Name is needed.',
    'Webhook URL is needed.',
  ]);
  await page.keyboard.insertText('alerts');
  const bot = page.getByLabel('Bot token');
  await tabTo(page, bot);
  await page.keyboard.insertText(sampleOf('slack').credentials[0]?.value ?? '');
  // With a bot the channels are needed, and the webhook is not.
  expect(await page.getByLabel('Channels needed').count()).toBe(1);
  expect(await page.getByLabel('Webhook URL needed').count()).toBe(0);
  await tabTo(page, page.getByLabel('Channels'));
  await page.keyboard.insertText('#nowhere');
  await tabTo(page, button(page, 'Add it'));
  await page.keyboard.press('Enter');
  // What the provider refuses is not stored: the reason is told, and the credential is given again.
  expect(await page.getByRole('alert').innerText()).toMatch(/nothing is stored[\s\S]*failed\s+resource/);
  await tabTo(page, bot);
  expect(await bot.inputValue()).toBe('');
  await page.keyboard.insertText(sampleOf('slack').credentials[0]?.value ?? '');
  await tabTo(page, page.getByLabel('Channels'));
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText('#releases');
  await tabTo(page, button(page, 'Add it'));
  await page.keyboard.press('Enter');
  await said(page, 'Added alerts');
  await expect.poll(() => hasFocus(heading(page, 'alerts'))).toBe(true);
  const [added] = (await json('communication', 'list')).slice(-1);
  expect(added).toMatchObject({ displayName: 'alerts', slackChannels: ['#releases'] });

  await tabTo(page, button(page, 'Remove'));
  await page.keyboard.press('Enter');
  const question = page.getByRole('dialog', { name: 'Remove it?' });
  await question.getByText('alerts').waitFor();
  expect(await question.innerText()).toMatch(/alerts of the tenant Acme/);
  // Enter alone takes nothing away.
  expect(await hasFocus(button(page, 'Cancel'))).toBe(true);
  await page.keyboard.press('Enter');
  await question.waitFor({ state: 'hidden' });
  expect(await hasFocus(button(page, 'Remove'))).toBe(true);
  await page.keyboard.press('Enter');
  await tabTo(page, button(page, 'Remove it'));
  await page.keyboard.press('Enter');
  await said(page, 'Removed alerts.');
  expect((await json('communication', 'list')).map((each: { displayName: string }) => each.displayName)).toEqual([
    'news',
  ]);

  for (const request of requests) {
    const headers = request.headers();
    expect(headers['authorization']).toBe(`Bearer ${all}`);
    if (request.method() === 'POST') expect(headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/);
    if (request.method() === 'DELETE') expect(headers['if-match']).toMatch(/^"/);
  }
  const keys = requests.map((request) => request.headers()['idempotency-key']).filter((key) => key !== undefined);
  expect(new Set(keys).size).toBe(keys.length);
});

test('a credential is rotated only where the provider takes it, and is never shown again', async () => {
  const page = await signedIn(all);
  await button(page, 'code').click();
  expect(await panel(page).locator('dl').innerText()).toMatch(/Access token\s+set/);
  await button(page, 'Rotate credentials').click();
  const token = page.getByLabel('Access token');
  const [given] = sampleOf('github').credentials;
  const another = `${given?.value.slice(0, -4)}zzzz`;

  world.mishaps(fixtureOf('github').mishaps.INVALID ?? {});
  await token.fill(another);
  await button(page, 'Verify and rotate').click();
  const refusal = page.getByRole('alert');
  await refusal.waitFor();
  expect(await refusal.innerText()).toMatch(/refuses "code"[\s\S]*failed\s*credential/);
  expect(await token.inputValue()).toBe('');

  world.mishaps();
  await token.fill(another);
  await button(page, 'Verify and rotate').click();
  await said(page, 'Rotated the credentials of code');
  const { accessToken } = (await json('scm', 'show', 'code', '--reveal', '--yes')).credentials;
  expect(accessToken).toBe(another);
  expect(await page.content()).not.toContain(another);
});

test('what somebody else changed meanwhile is shown, and what one typed stays', async () => {
  const page = await signedIn(all);
  await button(page, 'news').click();
  await button(page, 'Change').click();
  await page.getByLabel('Channels').fill('#mine');
  await done(box.run('communication', 'update', 'news', '--name', 'newest'));
  await button(page, 'Store the changes').click();
  await page.getByText('Somebody changed it while you were at it').waitFor();
  expect(await page.getByLabel('Name').inputValue()).toBe('newest');
  expect(await page.getByLabel('Channels').inputValue()).toBe('#mine');
  await button(page, 'Store the changes').click();
  await said(page, 'Changed newest');
  expect(await json('communication', 'show', 'newest')).toMatchObject({ slackChannels: ['#mine'] });
  await done(box.run('communication', 'update', 'newest', '--name', 'news'));
});

test('the plan of a manifest is shown, and applied only after a question that names the tenant', async () => {
  const page = await signedIn(all);
  await button(page, 'Plan a manifest').click();
  const secret = sampleOf('github').credentials[0]?.value ?? '';
  const text = page.getByLabel('Manifest, YAML or JSON');
  await text.fill(
    [
      'tenant: Acme',
      'scm:',
      '  - name: web',
      '    type: github',
      '    organization: acme-web',
      '    repositoryUrl: https://github.com/acme-web/web',
      `    accessToken: value:${secret}`,
    ].join('\n'),
  );
  await button(page, 'Show the plan').click();
  await heading(page, '1 change').waitFor();
  expect(await panel(page).locator('.changes').innerText()).toMatch(
    /create\s+web[\s\S]*organization acme-web[\s\S]*accessToken/,
  );
  expect(await json('scm', 'list')).toHaveLength(1);
  await button(page, /Apply to Acme/).click();
  expect(await page.getByRole('dialog').innerText()).toMatch(/tenant Acme[\s\S]*create web/);
  await button(page, 'Apply it').click();
  await heading(page, 'Applied 1 change').waitFor();
  expect(await text.inputValue()).toBe('');
  await button(page, 'web').waitFor();
  await done(box.run('scm', 'remove', 'web', '--yes'));
});

test('a pipeline shows what it uses, and what stops it', async () => {
  const page = await signedIn(all);
  const chain = page.getByRole('list', { name: 'What release uses' });
  expect((await chain.getByRole('listitem').allInnerTexts()).map((text) => text.split('\n')[1])).toEqual([
    'code',
    'release',
    'app',
  ]);
  await done(box.run('target', 'disable', 'app'));
  await button(page, 'Reload').click();
  await page.getByText('its target "app" is switched off').waitFor();
  await button(page, 'app').click();
  await button(page, 'Switch on').click();
  await said(page, 'app is switched on.');
});

test('what others wrote is shown as text, and nothing of it takes the page over', async () => {
  const page = await signedIn(all, { width: 360 });
  const tenants = page.getByLabel('Tenant', { exact: true });
  await tenants.focus();
  await tenants.selectOption({ label: 'Globex' });
  await heading(page, 'Globex').waitFor();
  // Arrow keys go on through the tenants.
  expect(await hasFocus(tenants)).toBe(true);
  for (const name of Object.values(hostile)) await button(page, name.trim()).waitFor();
  expect(await sideways(page)).toBe(0);
  await button(page, hostile.markup).click();
  await heading(page, hostile.markup).waitFor();
  expect(await sideways(page)).toBe(0);
  await button(page, 'Remove').click();
  expect(await page.getByRole('dialog').innerText()).toContain(hostile.markup);
  await button(page, 'Cancel').click();
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.title()).toBe('Integrations');
});

test('an answer that comes late is not shown at another tenant', async () => {
  const page = await signedIn(all);
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/verify', async (route) => {
    await released;
    await route.continue();
  });
  await button(page, 'Verify code').click();
  await page.getByLabel('Tenant', { exact: true }).selectOption({ label: 'Globex' });
  await heading(page, 'Globex').waitFor();
  // It reads the tenant anew once it is there.
  const read = page.waitForResponse('**/integrations/status');
  release();
  await (await read).finished();
  await page.evaluate('new Promise(requestAnimationFrame)');
  expect(await panel(page).isVisible()).toBe(false);
  expect(await heading(page, 'Globex').isVisible()).toBe(true);
  expect(await button(page, 'code').count()).toBe(0);
});

test('the policy of the page lets nothing in', async () => {
  const response = await fetch(address);
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy.split('; ').filter((each) => !each.includes('sha256'))).toEqual([
    "default-src 'none'",
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]);
  expect(policy).not.toMatch(/unsafe|\*/);
  expect(await response.text()).not.toMatch(/\son\w+=/);

  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address);
  for (const html of ['<b>bold</b>', '<script>document.title = 1</script>']) {
    const inserted = page.evaluate(`document.body.insertAdjacentHTML("beforeend", ${JSON.stringify(html)})`);
    await expect(inserted).rejects.toThrow(/TrustedHTML/);
  }
  await context.close();
});

test('the token is nowhere but in memory, and is forgotten when asked, or when it is taken no more', async () => {
  const { id, token } = await newToken('read');
  const page = await signedIn(token);
  await button(page, 'code').click();
  await heading(page, 'code').waitFor();
  const kept = `JSON.stringify([
    {...localStorage}, {...sessionStorage}, document.cookie, location.href, history.state, window.name,
    document.documentElement.outerHTML, ...[...document.querySelectorAll('input, textarea')].map(({ value }) => value),
  ])`;
  expect(await page.evaluate(kept)).not.toContain(token.slice(4));
  expect(await page.evaluate('indexedDB.databases()')).toEqual([]);

  await done(box.run('token', 'remove', id, '--yes'));
  await button(page, 'Reload').click();
  await page.getByText('The token is no longer accepted').waitFor();
  expect(await hasFocus(page.getByLabel('Token'))).toBe(true);
  expect(await page.getByText('code', { exact: true }).count()).toBe(0);

  await page.getByLabel('Token').fill(all);
  await page.keyboard.press('Enter');
  await heading(page, 'Acme').waitFor();
  await button(page, 'Forget the token').click();
  await page.getByText('The token is forgotten.').waitFor();
  expect(await button(page, 'code').count()).toBe(0);
});

test('what a token does not allow is not offered', async () => {
  const page = await signedIn((await newToken('read')).token);
  const offered = (await page.getByRole('button').allInnerTexts()).sort();
  expect(offered).toEqual(['Forget the token', 'Plan a manifest', 'Reload', 'app', 'code', 'news', 'release'].sort());
  expect(await page.getByLabel('Tenant', { exact: true }).locator('option').allInnerTexts()).toEqual(['Acme']);
  await button(page, 'code').click();
  await heading(page, 'code').waitFor();
  expect(await panel(page).getByRole('button').allInnerTexts()).toEqual(['Close']);
});

test('what a token does not allow is not advised', async () => {
  world.mishaps({ answers: { 'github user': { status: 401, json: { message: 'Bad credentials' } } } });
  const verifying = await signedIn((await newToken('read,verify')).token);
  await button(verifying, 'Verify code').click();
  await said(verifying, 'Verified: 1 invalid.');
  await panel(verifying).getByText('“Rotate credentials”').waitFor();
  await panel(verifying).getByText('Your token may not change integrations').waitFor();

  const reading = await signedIn((await newToken('read')).token);
  const row = reading.getByRole('row').filter({ has: button(reading, 'code') });
  expect(await row.innerText()).toContain('Somebody whose token may verify it sees what to do.');
  await button(reading, 'code').click();
  await heading(reading, 'code').waitFor();
  expect(await panel(reading).innerText()).not.toContain('Verify it');
  await button(reading, 'Plan a manifest').click();
  await reading.getByLabel('Manifest, YAML or JSON').fill('tenant: Acme\ntickets: []');
  await button(reading, 'Show the plan').click();
  await panel(reading).getByText('Credentials are not compared').waitFor();

  world.mishaps();
  const writing = await signedIn(all);
  await button(writing, 'Verify code').click();
  await said(writing, 'Verified: 1 valid.');
});

test('a server that fails says what to do, and the same is tried again', async () => {
  const page = await newPage(browser);
  await page.goto(address);
  const gone = { code: 'DATABASE_UNAVAILABLE', detail: 'the database does not answer', hint: null, errors: [] };
  await page.route('**/integrations/status', (route) => route.fulfill({ status: 503, json: gone }));
  await page.getByLabel('Token').fill(all);
  await page.keyboard.press('Enter');
  await page.getByText('The database does not answer.').waitFor();
  await page.getByText('Try again in a moment').waitFor();
  await page.unrouteAll();
  await button(page, 'Try again').click();
  await button(page, 'code').waitFor();

  await page.route('**/verify', (route) => route.abort());
  await button(page, 'Verify all').click();
  await page.getByText('The server does not answer.').waitFor();
  await page.unrouteAll();
  await button(page, 'Try again').click();
  await heading(page, 'Verification').waitFor();
});

test.each([
  ['light', 360],
  ['dark', 1440],
] as const)('nothing stands in the way of anybody: %s, %i', async (colorScheme, width) => {
  const page = await newPage(browser, { colorScheme, width });
  await page.goto(address);
  expect(await barriers(page)).toEqual([]);
  await page.getByLabel('Token').fill(all);
  await page.keyboard.press('Enter');
  await heading(page, 'Acme').waitFor();
  expect(await barriers(page)).toEqual([]);
  const tree = await page.locator('main').ariaSnapshot();
  for (const name of [
    'table "Source control 1"',
    'rowheader "code"',
    'columnheader "Status"',
    'button "Verify code"',
  ]) {
    expect(tree).toContain(name);
  }
  for (const category of ['pipeline', 'communication']) {
    await button(page, `Add a ${category} integration`).click();
    for (const summary of await panel(page).locator('summary').all()) await summary.click();
    expect([category, await barriers(page, '#panel'), await sideways(page)]).toEqual([category, [], 0]);
    await button(page, 'Close').click();
  }
  await button(page, 'release').click();
  await heading(page, 'release').waitFor();
  expect(await sideways(page)).toBe(0);
  await button(page, 'Remove').click();
  await page.getByRole('dialog').waitFor();
  expect(await barriers(page, '#question')).toEqual([]);
});
