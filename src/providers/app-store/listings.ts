import type { Choice, Listing } from '../../core/listing.ts';
import type { Probe } from '../../core/verification.ts';
import { at, jsonObject, textOf, unforeseen } from '../json-answer.ts';
import { nextQuery } from '../next-query.ts';
import { appStoreGet } from './api.ts';

/** What App Store Connect lists: the apps that the key sees. */
export const appStoreListings: Readonly<Record<string, Listing>> = {
  appleBundleId: { needs: ['appleApiKeyId', 'applePrivateKey'], pages: apps },
};

async function* apps(probe: Probe): AsyncGenerator<Choice[]> {
  const first = new URLSearchParams({ 'fields[apps]': 'name,bundleId', sort: 'name', limit: '200' });
  for (let query: string | undefined = `?${first}`; query !== undefined; ) {
    const { data, links } = jsonObject(await appStoreGet(probe, `/v1/apps${query}`));
    if (!Array.isArray(data)) throw unforeseen();
    yield data.map((app) => {
      const bundleId = textOf(at(app, 'attributes', 'bundleId')) ?? '';
      return { value: bundleId, label: textOf(at(app, 'attributes', 'name')), hint: bundleId };
    });
    query = nextQuery(at(links, 'next'));
  }
}
