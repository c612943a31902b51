import { hostname, userInfo } from 'node:os';
import type { Actor } from './db/stores/history.ts';
import type { Account } from './db/stores/host.ts';

/** Who runs a command: the account, where one is chosen, and the user of the operating system. */
export function actorOf(command: string, account: Account | undefined): Actor {
  return {
    accountId: account?.id ?? null,
    accountName: account?.email ?? account?.name ?? null,
    osUser: osUser(),
    host: hostname(),
    command,
  };
}

/** In a container the user may have a number and no name. */
function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
