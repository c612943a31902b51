import { type Description, description } from '../../../support/descriptions.ts';

export const cloudId = '0a1b2c3d-0000-4000-8000-1a2b3c4d5e6f';
export const gateway = `/ex/jira/${cloudId}`;

const cloud = description('jira-cloud-v3.openapi3.json');

/** Data Center and the gateway have the same calls in other places. */
export const everywhere: Description = {
  fits: (asked) =>
    cloud.fits({ ...asked, path: asked.path.replace(gateway, '').replace('/rest/api/2/', '/rest/api/3/') }),
};
