import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The path that somebody meant who typed it, dragged its file onto the terminal or wrote it into a setting: without
 * quotation marks around it or backslashes before its blanks, and with the home folder in place of `~`. A shell does all
 * that, but not behind `file:` or `=`, and nobody does it at a prompt.
 */
export function typedPath(typed: string): string {
  const path = withoutQuotes(typed);
  if (path === '~') return homedir();
  return /^~[/\\]/.test(path) ? join(homedir(), path.slice(2)) : path;
}

function withoutQuotes(typed: string): string {
  const inside = /^(["'])(.+)\1$/s.exec(typed)?.[2];
  if (inside !== undefined) return inside;
  // Elsewhere a backslash parts folders.
  return process.platform === 'win32' ? typed : typed.replace(/\\([ '"()&])/g, '$1');
}
