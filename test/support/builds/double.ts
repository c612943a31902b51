import type { Environment } from '../cli.ts';
import type { Exchange, ProviderServer, RawReply, Reply } from '../provider-server.ts';

/** What happens when a build is asked for; in the second half nothing is started. */
export type Start =
  | 'started'
  | 'started, and the connection cut'
  | 'started, and a fault told'
  | 'started, and nothing told'
  | 'connection cut'
  | 'fault'
  | 'refused'
  | 'credential refused'
  | 'throttled';

/** A phase of a build, which each double words as its provider does. */
export type Phase = 'queued' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled' | 'never seen before';

/** A provider of builds that remembers what it was asked to start. */
export interface Double {
  server: ProviderServer;
  /** What the product needs to reach it. */
  env: Environment;
  /** What the scm and the pipeline are added with. */
  scm: { provider: string; flags: string[] };
  pipeline: { provider: string; flags: string[] };
  started: { parameters: Record<string, string> }[];
  start: Start;
  /** The names that the job declares. */
  declared: string[];
  /** Moves the newest build. */
  phase: Phase;
  ignoresCancel: boolean;
  /** Milliseconds by which its clock is ahead. */
  ahead: number;
  /** What was written to its log so far, in pieces. */
  log: Buffer[];
  /** Stands in the place of its answers, where it gives one. */
  instead: (exchange: Exchange) => Reply | RawReply | undefined;
}
