import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { build } from 'rolldown';

const folder = 'src/http/page';

/** In the order in which they override each other. */
const sheets = ['base', 'controls', 'frame', 'table', 'chain', 'panel', 'form', 'dialog', 'widths'];

/**
 * The page, whole: its style and its script stand in it, and its policy names them by their hashes, so that nothing else
 * is run or loaded. It is made where the program is built, and the program holds what came of it.
 */
export const page = await compose();

async function compose(): Promise<{ html: string; policy: string }> {
  const [style, script] = [styled(), await bundled()];
  const html = readFileSync(`${folder}/page.html`, 'utf8')
    .replace('<style></style>', () => `<style>${style}</style>`)
    .replace('<script></script>', () => `<script type="module">${script}</script>`);
  return { html, policy: policyOf(style, script) };
}

function styled(): string {
  const css = sheets.map((name) => readFileSync(`${folder}/style/${name}.css`, 'utf8')).join('\n');
  return css.replaceAll(/\/\*[\s\S]*?\*\/\n*/g, '');
}

async function bundled(): Promise<string> {
  const { output } = await build({
    input: `${folder}/script/main.ts`,
    write: false,
    output: { format: 'esm', minify: true },
  });
  const { code } = output[0];
  if (/<\/script|<!--/i.test(code)) throw new Error('the script would end before its end');
  return code;
}

function policyOf(style: string, script: string): string {
  return [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "connect-src 'self'",
    // Its icon, which stands in it.
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
