import { integrationMetrics } from '../app/metrics.ts';
import type { AccessScope } from '../core/access-token.ts';
import { prometheusType } from '../core/prometheus.ts';
import type { Host } from '../library/host.ts';
import type { Caller } from './authenticate.ts';
import type { Meter } from './meter.ts';
import type { ResponseParts } from './respond.ts';

/** What is no part of the API: a scraper's text, for whoever watches. */
export const metricsRoute: { path: string; scope: AccessScope } = { path: '/metrics', scope: 'metrics' };

export interface MetricsOptions {
  meter: Meter;
  /** Whether nobody needs a token. */
  isOpen: boolean;
}

/**
 * The integrations of a tenant, or of all and the server itself.
 * @throws IntegrationsError where they cannot be read: nothing is answered before all of them are
 */
export async function metricsAnswer(
  host: Host,
  { meter }: MetricsOptions,
  whose: Caller['tenantId'],
): Promise<ResponseParts> {
  const pieces = host.iterate((deps) => integrationMetrics(deps, whose === 'all' ? undefined : whose));
  const first = await pieces.next();
  const own = whose === 'all' ? meter.text() : '';
  async function* text() {
    yield own + (first.done ? '' : first.value);
    yield* pieces;
  }
  const body = ReadableStream.from(text()).pipeThrough(new TextEncoderStream());
  return { status: 200, body, headers: { 'content-type': prometheusType } };
}
