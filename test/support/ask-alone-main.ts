import { email } from '../../src/providers/email/index.ts';
import { slack } from '../../src/providers/slack/index.ts';
import type { LoneQuestion } from './ask-alone.ts';
import { ask } from './verify.ts';

const { provider, values, options } = JSON.parse(process.argv[2] ?? '') as LoneQuestion;
process.stdout.write(JSON.stringify(await ask(provider === 'slack' ? slack : email, values, options)));
