import type { Command } from '../../commands/command.ts';
import { usage } from '../../core/error.ts';
import type { TextView } from '../../output/view.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { type Table, tableOf } from './words.ts';
import { zshScript } from './zsh.ts';

const scripts = new Map<string, (table: Table) => string>([
  ['bash', bashScript],
  ['zsh', zshScript],
  ['fish', fishScript],
]);
const shells = [...scripts.keys()];

/** @param commands all that there are */
export function completionOf(commands: () => Promise<readonly Command[]>): Command {
  return {
    name: 'completion',
    summary: 'Print a completion script: bash, zsh, fish',
    description:
      'Load the script when a shell starts, or write it once to where the shell looks for completions; ' +
      'write it again after an update. In zsh, compinit has to run first.',
    // Not required, so that a missing one is answered with all three.
    args: [{ name: 'shell', help: 'Shell to complete in', choices: shells }],
    examples: [
      'source <(integrations completion bash)     # in ~/.bashrc',
      'source <(integrations completion zsh)      # in ~/.zshrc',
      'integrations completion fish > ~/.config/fish/completions/integrations.fish',
      'integrations completion bash > ~/.local/share/bash-completion/completions/integrations',
      'integrations completion zsh > "$fpath[1]/_integrations"',
    ],
    run: async (_context, input) => print(input.args[0], commands),
  };
}

/** @throws AppError USAGE with the shells there are scripts for */
async function print(shell: string | undefined, commands: () => Promise<readonly Command[]>): Promise<TextView> {
  const script = scripts.get(shell ?? '');
  if (!script) {
    const problem =
      shell === undefined ? 'missing: the shell, one of' : 'there is no script for that shell; it is one of';
    throw usage(`${problem} ${shells.join(', ')}`, { hint: 'integrations completion bash', field: 'shell' });
  }
  return { kind: 'text', text: script(tableOf(await commands())) };
}
