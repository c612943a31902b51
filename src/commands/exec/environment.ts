import type { NamedVariable } from '../../app/exec/variables.ts';
import { isOurs } from '../../app/exec/variables.ts';
import type { Environment } from '../../config/environment.ts';

/** What stays of the caller's environment where a command is to have little of it. */
const essential =
  /^(PATH|HOME|USER|LOGNAME|SHELL|TERM|LANG|LC_.+|TZ|TMPDIR|SSH_AUTH_SOCK|DEVELOPER_DIR|JAVA_HOME|ANDROID_HOME|CI)$/;

/** The caller's environment as a command gets it: never with a setting of this program's. */
export function passedOn(
  env: Environment,
  { pristine, keep }: { pristine: boolean; keep: readonly string[] },
): Environment {
  const passes = (name: string) => !isOurs(name) && (!pristine || essential.test(name) || keep.includes(name));
  return Object.fromEntries(Object.entries(env).filter(([name, value]) => value !== undefined && passes(name)));
}

export interface Merged {
  env: Environment;
  /** The caller's variables that have another value now. */
  replaced: string[];
  /** Those that are left out: a tool would read them in the place of what is set. */
  removed: string[];
}

/** The variables that are set, and those that are left as the caller has them. */
export function divided(
  base: Environment,
  variables: readonly NamedVariable[],
): { set: NamedVariable[]; kept: NamedVariable[] } {
  const isKept = ({ name, yields }: NamedVariable) => yields === true && base[name] !== undefined;
  return { set: variables.filter((each) => !isKept(each)), kept: variables.filter(isKept) };
}

/** Lays the variables over the caller's. */
export function merged(
  base: Environment,
  variables: readonly NamedVariable[],
  values: Readonly<Record<string, string>>,
): Merged {
  const env: Record<string, string | undefined> = { ...base };
  const [replaced, removed]: [string[], string[]] = [[], []];
  const isSet = (name: string) => env[name] !== undefined;
  for (const { name, replaces = [] } of variables) {
    for (const other of replaces) {
      if (isSet(other)) removed.push(other);
      delete env[other];
    }
    if (isSet(name) && base[name] !== values[name]) replaced.push(name);
    env[name] = values[name];
  }
  return { env, replaced, removed };
}

/** The caller's variables that may keep a tool from what it is given, each with that. */
export function rivalsIn(base: Environment, variables: readonly NamedVariable[]): { name: string; variable: string }[] {
  return variables.flatMap(({ name: variable, rivals = [] }) =>
    rivals.filter((name) => base[name] !== undefined).map((name) => ({ name, variable })),
  );
}
