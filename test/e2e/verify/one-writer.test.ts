import { beforeAll, expect, it } from 'vitest';
import type { Sandbox } from '../../support/cli.ts';
import { forEachEngine } from '../../support/engines.ts';
import { answers } from '../../support/provider-answers.ts';
import type { Handler } from '../../support/provider-server.ts';
import { addThere, providerWorld, type World } from '../../support/provider-world.ts';
import { done, workspace } from '../../support/workspace.ts';

forEachEngine((engine) => {
  let world: World;
  let box: Sandbox;

  const add = async (provider: string, name: string, ...more: string[]) => {
    const { args, env } = addThere(world, provider, name, ...more);
    return box.runWith({ env }, ...args, '--json');
  };

  beforeAll(async () => {
    world = await providerWorld();
    box = await workspace(engine, world.env);
  });

  it('rotate stores a token that is accepted, however long the reason is why something else fails', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `C${String(index).padStart(24, '0')}`);
    await done(add('slack', 'chat', ...ids.flatMap((id) => ['--channel', id])));
    const outside: Handler = ({ query }) => ({
      json: { ok: true, channel: { id: query.get('channel'), name: 'x', is_private: true, is_member: false } },
    });
    world.mishaps({ answers: { 'slack channel': outside } });
    const env = { NEW: 'xoxb-1234567890-1234567890123-newtokennewtokennewtoken' };
    const result = await box.runWith({ env }, 'comm', 'rotate', 'chat', '--bot-token', 'env:NEW', '--json');
    world.mishaps();
    expect([result.status, result.error().code]).toEqual([3, 'VERIFICATION_FAILED']);
    const shown = (await done(box.run('comm', 'show', 'chat', '--reveal', '--yes', '--json'))).json();
    expect(shown).toMatchObject({ verificationStatus: 'INVALID', credentials: { slackBotToken: env.NEW } });
    expect([...shown.verificationError]).toHaveLength(1024);
  });

  it('pipeline add --verify stores no verdict that an SCM was part of which was changed meanwhile', async () => {
    await done(add('github', 'code', '--repository-url', 'https://github.com/acme/ci'));
    await done(add('app-store', 'app'));
    const good = answers['github user']?.good ?? {};
    let isChanged = false;
    world.mishaps({
      answers: {
        async 'github user'(exchange) {
          if (!isChanged) {
            isChanged = true;
            await engine.sql(box, "UPDATE tenant_scm_integrations SET repositoryUrl = 'https://github.com/acme/other'");
          }
          return typeof good === 'function' ? good(exchange) : good;
        },
      },
    });
    const { args, env } = addThere(world, 'github-actions', 'build', '--scm', 'code', '--target', 'app');
    const result = await box.runWith({ env }, ...args, '--verify', '--json');
    world.mishaps();
    expect([result.status, result.error()]).toEqual([
      5,
      expect.objectContaining({ code: 'UNDECIDED', message: expect.stringContaining('NOT_VERIFIED') }),
    ]);
    const shown = (await done(box.run('pipeline', 'show', 'build', '--json'))).json();
    expect(shown).toMatchObject({ verificationStatus: 'NOT_VERIFIED', lastVerifiedAt: null });
  });
});
