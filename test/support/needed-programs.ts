import { findProgram, installDebianPackages, mayInstallDebianPackages } from './programs.ts';

interface NeededProgram {
  /** Any of them will do. */
  programs: readonly string[];
  /** Debian's, which others call alike. */
  packages: readonly string[];
  purpose: string;
}

const needed: readonly NeededProgram[] = [
  { programs: ['bash'], packages: ['bash'], purpose: 'completion, and what CI runs' },
  { programs: ['zsh'], packages: ['zsh'], purpose: 'completion' },
  { programs: ['fish'], packages: ['fish'], purpose: 'completion' },
  { programs: ['openssl'], packages: ['openssl'], purpose: 'certificates' },
  { programs: ['cc', 'gcc', 'clang'], packages: ['gcc', 'libc6-dev'], purpose: 'a disk that fails' },
  { programs: ['setpriv'], packages: ['util-linux'], purpose: 'other users' },
  { programs: ['chromium', 'google-chrome'], packages: ['chromium'], purpose: 'the page' },
  { programs: ['tar'], packages: ['tar'], purpose: 'the package' },
];

/**
 * Brings the programs that tests run, where that may be done.
 * @returns what was installed, if anything
 * @throws Error that names all that are missing at once
 */
export async function bringPrograms(): Promise<string | undefined> {
  const before = missing();
  if (before.length === 0) return undefined;
  const packages = before.flatMap((each) => each.packages);
  if (mayInstallDebianPackages()) await installDebianPackages(...packages);
  const after = missing();
  if (after.length === 0) return `installed the packages ${packages.join(', ')}`;
  const list = after.map(({ programs, purpose }) => `${programs.join(' or ')} (${purpose})`).join(', ');
  throw new Error(
    `The tests need programs that are not here: ${list}. On Debian: apt-get install ${packages.join(' ')}`,
  );
}

function missing(): NeededProgram[] {
  return needed.filter(({ programs }) => findProgram(...programs) === undefined);
}
