import type { Json, VerificationStatus } from './integration.ts';
import type { IntegrationTypes, Manifest } from './integration-types.ts';

/** A secret as it is, or where it is read from each time it is needed. */
export type TextSource =
  | string
  | { file: string }
  /** A program that prints it; no shell reads it. */
  | { command: string }
  | (() => string | Promise<string>);

export interface DatabaseOptions {
  /** `mysql://user@host:3306/name` with `?ssl=…`, or `sqlite:/path/file.db`, as INTEGRATIONS_DATABASE_URL has it. */
  url: string;
  /** Of the database's user, where it does not stand in the address. */
  password?: TextSource;
  /** How many connections to a server there are at most; 10 where it is not said. */
  connections?: number;
}

/** Who works with the integrations, as the history tells. */
export interface Actor {
  /** Id or e-mail of an account: who sets up what is new. */
  account: string;
  /** What is at work, such as `release-service`; where a call names no purpose of its own, the history tells this one. */
  purpose: string;
  /** What the history calls this machine; its own name where it is not said. */
  host?: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

interface CommonOptions {
  actor: Actor;
  /** Is told what a person should know, though nothing failed. */
  onWarning?: (text: string) => void;
}

/** Either says where the database and the keys are, or names an environment that does. */
export type OpenOptions = CommonOptions &
  (
    | {
        database: string | DatabaseOptions;
        /** The ring: a JSON Web Key Set, or one base64 key of 32 bytes. */
        keys: TextSource;
        /** Names proxies, what stands in for a hosted API, and the mail server. */
        environment?: Environment;
      }
    | {
        database?: string | DatabaseOptions;
        keys?: TextSource;
        /** What is not given is found as the command line finds it with these variables: `environment: process.env`. */
        environment: Environment;
      }
  );

export interface Integrations {
  /** By id, or by display name. It is looked up at the first call. */
  tenant(ref: string): Tenant;
  /** Ends the connections; what is under way first ends itself. */
  close(): Promise<void>;
}

/** The integrations of one tenant. */
export interface Tenant {
  readonly scm: Category<'scm'>;
  readonly targets: Category<'target'>;
  readonly pipelines: Pipelines;
  readonly communication: Communication;
  readonly tickets: Tickets;
  /** Asks the providers of all of them. */
  verify(options?: VerifyOptions): Promise<VerificationItem[]>;
  /** What `apply` would change; writes nothing. */
  plan(manifest: string | Manifest, options?: PlanOptions): Promise<PlanItem[]>;
  /** All of it is stored, or nothing. */
  apply(manifest: string | Manifest, options?: ApplyOptions): Promise<AppliedItem[]>;
  status(): Promise<TenantStatus>;
  /**
   * Sends a message to all that listen to its event, or to those that it names: to each destination once under its key.
   * What a destination answers is in its report; none is thrown.
   */
  notify(notification: NotificationRequest, options?: ActOptions): Promise<MessageReport[]>;
  /** The newest first. */
  history(filter?: HistoryFilter): AsyncIterableIterator<HistoryEntry>;
  /** What was started, sent and created, as it was seen last; the newest first. */
  runs(filter?: RunFilter): AsyncIterableIterator<Run>;
  /** Credentials that end soon, and those that have ended. */
  expiring(options?: { within?: string }): Promise<ExpiringItem[]>;
}

export type CategoryName = keyof IntegrationTypes;

interface CategoryTypes {
  integration: unknown;
  credentials: unknown;
  new: unknown;
  changes: unknown;
  rotation: unknown;
}

/**
 * The integrations of one category. A `ref` is an id or an exact display name; what none has is NOT_FOUND, as is what is
 * another tenant's.
 */
export interface CategoryCalls<Types extends CategoryTypes> {
  /** All of them in the order of their ids, read page by page. */
  list(filter?: ListFilter): AsyncIterableIterator<Types['integration']>;
  page(filter?: ListFilter): Promise<Page<Types['integration']>>;
  get(ref: string): Promise<Types['integration']>;
  create(values: Types['new'], options?: StoreOptions): Promise<Types['integration']>;
  /** Only what is given changes; null empties an optional field. */
  update(ref: string, changes: Types['changes'], options?: UpdateOptions): Promise<Types['integration']>;
  enable(ref: string): Promise<Types['integration']>;
  disable(ref: string): Promise<Types['integration']>;
  /** The provider is asked about the new credentials first: where it does not accept them, the old ones stay. */
  rotate(ref: string, credentials: Types['rotation'], options?: RotateOptions): Promise<Types['integration']>;
  /** Refused while a pipeline uses it, unless `cascade` removes those too. */
  remove(ref: string, options?: RemoveOptions): Promise<RemovedItem[]>;
  /** Of the category where no ref is given. What the provider decides is stored. */
  verify(refs?: string | readonly string[], options?: VerifyOptions): Promise<VerificationItem[]>;
  /** The credentials in plain text. The history tells who read them, and for what, before they are handed out. */
  credentials(ref: string, reading: { purpose: string }): Promise<Types['credentials']>;
}

/** The integrations of one category, as its providers have them. */
export type Category<Name extends CategoryName> = CategoryCalls<IntegrationTypes[Name]>;

type Pipeline = IntegrationTypes['pipeline']['integration'];

/** A pipeline with what it uses, as far as `include` asked for it. */
export type LinkedPipeline = Pipeline & {
  scm?: IntegrationTypes['scm']['integration'] | null;
  target?: IntegrationTypes['target']['integration'] | null;
};

export interface Pipelines extends CategoryCalls<IntegrationTypes['pipeline']> {
  list(filter?: PipelineFilter): AsyncIterableIterator<LinkedPipeline>;
  page(filter?: PipelineFilter): Promise<Page<LinkedPipeline>>;
  /**
   * Starts a build, once. Where its provider does not tell what became of the request, it is looked up and never sent
   * again: `state` is `unknown` where it was not found. Whatever else keeps it from starting is an error.
   */
  trigger(ref: string, request?: BuildRequest, options?: ActOptions): Promise<Build>;
  /** The builds of a pipeline, as they were seen last; the newest first. */
  runs(ref: string, filter?: PageFilter): AsyncIterableIterator<Build>;
  /** A build. Its provider is asked for one that is open. */
  run(runId: string, options?: ActOptions): Promise<AskedBuild>;
  /**
   * Asks for the end of a build, and waits for that a minute at most. A provider may let it go on: see `state`. One that
   * has ended, or of which nobody knows whether it was started, is CONFLICT.
   */
  cancel(runId: string, options?: ActOptions): Promise<Build>;
  /**
   * Asks for a build until it has ended, however it did: see `state`. At its deadline it is cancelled. The signal ends
   * the waiting (CANCELLED) and leaves the build alone; `close` waits for it otherwise.
   */
  wait(runId: string, options?: ActOptions): Promise<Build>;
}

/** A build that is asked for. */
export interface BuildRequest {
  /** A branch or tag; the pipeline's own where it is not said. */
  ref?: string;
  /** Beside what the pipeline stores under these names, and in its place. */
  environmentVariables?: Readonly<Record<string, string>>;
  /** A name of your own for it: with it, it is started once, however often it is asked for. */
  key?: string;
  /** Seconds after which whoever waits for it cancels it; the pipeline's own where it is not said. */
  buildTimeout?: number;
  /** Starts it although nobody knows what became of an earlier one. */
  force?: boolean;
}

/** One thing that was asked of a provider once: its `kind` says which. */
export type Run = Build | Message | Ticket;

interface AnyRun {
  runId: string;
  category: CategoryName;
  integrationId: string;
  /** The integration's, as it was called then. */
  displayName: string;
  key: string | null;
  /**
   * `dispatching` while its request may be on its way; `unknown` where nobody found out what became of it; `refused` and
   * `not_sent` where nothing was done. Other words are those of its kind, and say that it was done.
   */
  state: string;
  /** The provider's own word. */
  providerState: string | null;
  providerRunId: string | null;
  /** Where people look at it. */
  url: string | null;
  /** Why it is so. */
  detail: string | null;
  startedAt: string;
  changedAt: string;
  /** Since when nothing more is expected of it. */
  endedAt: string | null;
}

export interface Build extends AnyRun {
  kind: 'build';
  category: 'pipeline';
  state:
    | 'dispatching'
    | 'unknown'
    | 'refused'
    | 'not_sent'
    | 'queued'
    | 'running'
    | 'waiting'
    | 'succeeded'
    | 'failed'
    | 'cancelled'
    | 'timed_out';
  /** The branch or tag, where the job knows of one. */
  ref: string | null;
  /** The names of what it was given. */
  parameters: string[];
  /** It joined one that waited already. */
  joined?: boolean;
  /** Of one whose time was over: whether it was cancelled in time. */
  cancelled?: boolean;
}

export interface AskedBuild extends Build {
  /** Why its provider could not be asked for it: it is then as it was seen last. Null where it is as its provider says. */
  trouble: string | null;
}

/** What was sent to one destination. */
export interface Message extends AnyRun {
  kind: 'message';
  category: 'communication';
  state: 'dispatching' | 'unknown' | 'refused' | 'not_sent' | 'delivered' | 'accepted';
  event: string;
  destination: string;
}

export interface Communication extends CategoryCalls<IntegrationTypes['communication']> {
  /** Sends one harmless message to each destination of these. */
  test(refs: string | readonly string[], options?: ActOptions): Promise<MessageReport[]>;
}

/** What is to be told. */
export interface NotificationRequest {
  /** What happened, such as `release_started`. */
  event: string;
  /** What is told of it, by name: `app`, `version`, `platform`, `branch` … */
  variables?: Readonly<Record<string, string>>;
  /** The title, in place of the event's own. */
  message?: string;
  /** Where people read on. */
  link?: string;
  /** A name of your own for it: under it, each destination gets it once. */
  key?: string;
  /** Ids or names of those that send it, whatever they listen to. */
  to?: readonly string[];
  /** Sends it once more, under its key, to where nobody knows whether it arrived. */
  force?: boolean;
}

/** What became of a message at one destination. */
export interface MessageReport {
  /** Of the integration. */
  id: string;
  displayName: string;
  /** The provider's name, such as `slack`. */
  type: string;
  destination: string;
  /** `accepted`: somebody took it who does not say whether it arrives; `duplicate`: it was sent before, under this key. */
  outcome: 'delivered' | 'accepted' | 'refused' | 'uncertain' | 'not_sent' | 'duplicate' | 'skipped';
  runId: string | null;
  /** The provider's own name for the message. */
  providerId: string | null;
  url: string | null;
  errorCode: string | null;
  /** Why it is so. */
  detail: string | null;
  hint: string | null;
}

export interface Tickets extends CategoryCalls<IntegrationTypes['ticket']> {
  /** Creates the ticket of a release from the integration's `epicTemplate`: one for a key, which a second call finds. */
  createTicket(ref: string, request: TicketRequest, options?: ActOptions): Promise<CreatedTicket>;
  /** The ticket of a key, as its provider shows it now. NOT_FOUND where there is none. */
  findTicket(ref: string, key: string, options?: ActOptions): Promise<Ticket>;
  /**
   * Moves the ticket of a key to what is done at its provider; one that is done is left alone.
   * @param asked `to` names one of several ways or states
   */
  closeTicket(ref: string, asked: { key: string; to?: string }, options?: ActOptions): Promise<ClosedTicket>;
}

/** A ticket that is asked for. */
export interface TicketRequest {
  /** The version that it is for: `{{version}}` in the template. */
  release: string;
  /** A name of your own for it; the release where it is not said. */
  key?: string;
  /** In place of the template's. */
  title?: string;
  /** What stands in the place of `{{name}}` in the template. */
  variables?: Readonly<Record<string, string>>;
  /** A page that the ticket is to lead to. */
  link?: string;
}

export interface Ticket extends AnyRun {
  kind: 'ticket';
  category: 'ticket';
  /** `trashed`: it is there, but nobody sees it any more. */
  state: 'dispatching' | 'unknown' | 'refused' | 'not_sent' | 'open' | 'done' | 'trashed';
  /** The version that it was created for; absent where it was found at the provider. */
  release?: string;
}

export interface CreatedTicket extends Ticket {
  /** `existing`: an earlier call, or somebody else with this key, had created it. Null where nobody knows: see `state`. */
  result: 'created' | 'existing' | null;
  /** What was left undone, in sentences: the ticket is there all the same. */
  warnings: string[];
}

export interface ClosedTicket extends Ticket {
  /** `unchanged`: it was done before. */
  result: 'closed' | 'unchanged';
}

/** A part of what is told the newest first. */
export interface PageFilter {
  /** Only those that were begun before this one: a `runId`. */
  after?: string;
  limit?: number;
}

export interface RunFilter extends PageFilter {
  category?: CategoryName;
}

export interface ListFilter {
  /** As in the database, such as `GITHUB`. */
  type?: string;
  status?: VerificationStatus;
  active?: boolean;
  /** The one of this name. */
  name?: string;
  /** Only those whose id sorts behind this one. */
  after?: string;
  /** At most so many; a page has 50 where it is not said. */
  limit?: number;
}

export interface PipelineFilter extends ListFilter {
  include?: readonly ('scm' | 'target')[];
}

export interface Page<Item> {
  items: Item[];
  /** What `after` takes for the next page; null where there is none. */
  next: string | null;
}

/** How providers are asked. */
export interface AskOptions {
  /** Ends what is under way: the call fails with CANCELLED. */
  signal?: AbortSignal;
  /** Seconds for one integration; 15 where it is not said. */
  timeout?: number;
  /** Sends credentials over plain http too, in a network of your own. */
  allowHttp?: boolean;
}

/** How something is done at a provider. */
export type ActOptions = Omit<AskOptions, 'timeout'>;

export interface ChangeOptions {
  /** Changes it only while it is of this version, as `versionOf` told it; CONFLICT otherwise. */
  ifMatch?: string;
}

export interface StoreOptions extends AskOptions {
  /**
   * Asks the provider first, and stores nothing that it refuses (VERIFICATION_FAILED). What it leaves open is stored as
   * NOT_VERIFIED.
   */
  verify?: boolean;
}

export interface UpdateOptions extends StoreOptions, ChangeOptions {}

export interface RotateOptions extends AskOptions, ChangeOptions {
  /** False stores them without asking, for the day the provider is down. */
  verify?: boolean;
}

export interface RemoveOptions extends ChangeOptions {
  cascade?: boolean;
}

export interface VerifyOptions extends AskOptions {
  /** Integrations at a time; 8 where it is not said. */
  concurrency?: number;
  /** Only those not verified within it: `30m`, `24h`, `7d`. */
  stale?: string;
}

export interface PlanOptions {
  /** Deletes what is stored and not in the manifest. */
  prune?: boolean;
  /** False reads no credential and needs no key. */
  credentials?: boolean;
  /** Where `env:NAME` is read from; without it no variable is set. */
  environment?: Environment;
  /** Where `file:PATH` is read from, and from below it alone; without it no file is read. */
  folder?: string;
}

export interface ApplyOptions extends Omit<PlanOptions, 'credentials'> {
  /** With `prune`, refuses to delete more; 10 where it is not said. */
  maxDelete?: number;
}

export interface VerificationItem {
  id: string;
  displayName: string;
  category: CategoryName;
  /** The provider's name, such as `github`. */
  type: string;
  outcome: 'valid' | 'invalid' | 'expired' | 'undecided';
  status: VerificationStatus;
  previousStatus: VerificationStatus;
  checks: {
    name: 'scm' | 'target' | 'credential' | 'resource' | 'permission';
    outcome: 'passed' | 'failed' | 'unproven' | 'undecided' | 'skipped';
    detail: string;
  }[];
  errorCode: string | null;
  hint: string | null;
  expiresAt: string | null;
  /** Whom the provider takes the credential for. */
  account: string | null;
  latencyMs: number;
}

export interface PlanItem {
  action: 'create' | 'update' | 'delete' | 'none';
  tenant: string;
  category: CategoryName;
  name: string;
  type: string;
  /** Of a credential only whether it is `changed` or `unchanged`. */
  fields: { name: string; before: Json; after: Json }[];
}

export interface AppliedItem extends PlanItem {
  result: 'done' | 'skipped';
}

export interface RemovedItem {
  id: string;
  displayName: string;
  category: CategoryName;
}

export interface TenantStatus {
  tenant: { id: string; displayName: string };
  integrations: {
    id: string;
    displayName: string;
    category: CategoryName;
    type: string;
    isActive: boolean;
    verificationStatus: VerificationStatus;
    verificationError: string | null;
    lastVerifiedAt: string | null;
    credentialExpiresAt: string | null;
  }[];
  pipelines: { id: string; displayName: string; canRun: boolean; stoppedBy: string[] }[];
}

export interface HistoryFilter {
  /** The id of an integration, also of one that is gone. */
  integrationId?: string;
  category?: CategoryName;
  /** Id or e-mail of the account. */
  account?: string;
  since?: Date;
  until?: Date;
  /** Only what happened before this entry: the last one of the page before. */
  after?: Pick<HistoryEntry, 'id' | 'occurredAt'>;
  limit?: number;
}

export interface HistoryEntry {
  id: string;
  occurredAt: string;
  action: string;
  /** What was typed, without its arguments, or the purpose that a program named. */
  command: string;
  category: string;
  integrationId: string | null;
  displayName: string | null;
  fields: ({ name: string; before: Json; after: Json } | { name: string; changed?: true })[];
  tenantId: string | null;
  tenantName: string | null;
  accountId: string | null;
  accountName: string | null;
  osUser: string;
  host: string;
}

export interface ExpiringItem {
  id: string;
  tenantId: string;
  displayName: string;
  category: CategoryName;
  type: string;
  credentialExpiresAt: string;
  daysLeft: number;
  verificationStatus: VerificationStatus;
  isActive: boolean;
}
