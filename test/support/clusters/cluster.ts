import { randomBytes } from 'node:crypto';
import type { Row } from '../mysql.ts';

/** Three servers on this machine that hold the same. */
export interface Servers {
  kind: 'galera' | 'group';
  /** Where there is a primary, it is the first of them as of the last `mend`. */
  readonly nodes: readonly [ClusterNode, ClusterNode, ClusterNode];
  /** Brings back what is not in the cluster. */
  mend(): Promise<void>;
  stop(): Promise<void>;
}

export interface ClusterNode {
  /** `127.0.0.1:3306` */
  readonly address: string;
  /** One statement as the administrator, at this node, as it is. */
  query(sql: string, params?: unknown[]): Promise<Row[]>;
  /** The same, once the node has all that was stored at the others. */
  queryLast(sql: string): Promise<Row[]>;
  /** Keeps it from taking over what the others store, until what is returned is called. */
  hold(): Promise<() => Promise<void>>;
  /** It runs on without the others, and cannot serve. */
  leave(): Promise<void>;
  /** SIGSTOP, until what is returned is called: it says nothing, and is connected all the same. */
  freeze(): () => void;
  /**
   * SIGKILL: nothing is said to anybody. The others put it out as soon as they miss it, or only after as long as a group
   * waits that nobody has set up otherwise.
   */
  kill(expulsion?: 'soon' | 'in its time'): Promise<void>;
  /** SIGTERM. */
  shutDown(): Promise<void>;
  /** Joins the others, and returns when it has what they have. */
  start(): Promise<void>;
}

/** A new database for an ordinary user, as the product's environment names it, at these nodes in this order. */
export async function createDatabase(nodes: readonly ClusterNode[]) {
  const [first] = nodes;
  if (!first) throw new Error('a database needs a node');
  const name = `it_${randomBytes(4).toString('hex')}`;
  const password = randomBytes(8).toString('hex');
  await first.query(`CREATE DATABASE \`${name}\``);
  await first.query(`CREATE USER ?@'%' IDENTIFIED BY ?`, [name, password]);
  await first.query(`GRANT ALL PRIVILEGES ON \`${name}\`.* TO ?@'%'`, [name]);
  return { url: `mysql://${name}@${nodes.map(({ address }) => address).join(',')}/${name}`, password, name };
}
