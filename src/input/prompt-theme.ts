import { stripVTControlCharacters } from 'node:util';
import { makeTheme } from '@inquirer/core';
import { Chalk } from 'chalk';

/** How questions look. Inquirer's own theme asks standard output whether to be coloured, and questions stand elsewhere. */
export function promptTheme(color: boolean, leadsBack = false) {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const { prefix, spinner } = makeTheme();
  const done = stripVTControlCharacters(typeof prefix === 'string' ? prefix : prefix.done);
  return {
    prefix: { idle: chalk.blue('?'), done: chalk.green(done) },
    spinner: { ...spinner, frames: spinner.frames.map((frame) => chalk.yellow(stripVTControlCharacters(frame))) },
    style: {
      answer: (text: string) => chalk.cyan(text),
      message: (text: string) => chalk.bold(text),
      error: (text: string) => chalk.red(text),
      defaultAnswer: (text: string) => chalk.dim(`(${text})`),
      help: (text: string) => chalk.dim(text),
      highlight: (text: string) => chalk.cyan(text),
      key: (text: string) => chalk.bold(text),
      disabled: (text: string) => chalk.dim(text),
      description: (text: string) => chalk.dim(text),
      keysHelpTip: (keys: [key: string, action: string][]) => {
        const all = leadsBack ? [...keys, ['Esc', 'one question back']] : keys;
        return chalk.dim(`  ${all.map(([key, action]) => `${key} ${action}`).join(', ')}`);
      },
    },
  };
}

export type PromptTheme = ReturnType<typeof promptTheme>;
