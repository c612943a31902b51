import { Unfit } from '../../core/field.ts';
import { text, token, webAddress } from '../../core/field-builders.ts';
import { addressIn, decodedPart, notOneOf, pathOf } from '../../core/pasted/address.ts';
import { defineProvider } from '../../core/provider.ts';
import { azureTickets } from './actions.ts';
import { azureDevopsAnswers } from './answers.ts';
import { azureDevopsApi, verifyAzureDevops } from './api.ts';
import { azureDevopsEnvironment } from './environment.ts';
import { azureDevopsListings } from './listings.ts';

export const azureDevops = defineProvider({
  name: 'azure-devops',
  title: 'Azure DevOps',
  category: 'ticket',
  prefix: 'azure',
  apis: [azureDevopsApi],
  audience: () => [azureDevopsApi.base],
  verification: {
    checks: ['credential', 'resource', 'permission'],
    answers: azureDevopsAnswers,
    run: verifyAzureDevops,
  },
  actions: { ticket: azureTickets },
  listings: azureDevopsListings,
  environment: azureDevopsEnvironment,
  listField: 'azureProject',
  fields: {
    azureOrganization: text({
      label: 'Organization',
      help: 'Its name, or its address at dev.azure.com',
      example: 'acme',
      pattern: /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/,
      shape: 'letters and digits, with "-" only inside',
      normalise: organizationName,
    }),
    azureProject: text({
      label: 'Project',
      help: 'Its name, with its spaces, or its id',
      example: 'Mobile App',
      pattern: /^[^/\\]+$/,
      shape: 'the name of a project, not an address',
      normalise: projectName,
    }),
    azurePatToken: token({
      label: 'Personal access token',
      help: 'For this one organization: tokens for all organizations end on 2026-12-01',
      example: 'env:AZURE_DEVOPS_PAT',
      whereToGet: 'dev.azure.com, User settings, Personal access tokens',
      permissions: 'Work Items: read and write; Project and Team: read',
      // Microsoft Learn, 'Use personal access tokens'.
      madeAt: ({ azureOrganization }) => [
        {
          address:
            typeof azureOrganization === 'string'
              ? `https://dev.azure.com/${encodeURIComponent(azureOrganization)}/_usersSettings/tokens`
              : 'https://aex.dev.azure.com/me',
        },
      ],
      // Microsoft's PAT format (84 characters, AZDO at 76) and the one before it; global PATs: Microsoft Learn.
      pattern: /^([A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}|[a-z0-9]{52})$/,
    }),
  },
});

function organizationName(given: string): string {
  if (!/[./]/.test(given)) return given;
  const address = webAddress(given.includes('://') ? given : `https://${given}`, 'https://dev.azure.com/acme');
  const old = /^([^.]+)\.visualstudio\.com$/.exec(address.hostname)?.[1];
  const name = address.hostname === 'dev.azure.com' ? pathOf(address)[0] : old;
  if (!name)
    throw new Unfit('must be an organization of Azure DevOps Services, for example https://dev.azure.com/acme');
  return name;
}

/**
 * The name of the project, or that in an address of one of its pages (Microsoft Learn, 'Navigate in the web portal'):
 * what starts with "_" is a page, and a repository alone is called like its project.
 */
function projectName(given: string): string {
  const address = addressIn(given);
  if (!address) return decodedPart(given);
  const parts = pathOf(address);
  const own = address.hostname === 'dev.azure.com' ? parts.slice(1) : parts;
  const [first, second] = own[0]?.toLowerCase() === 'defaultcollection' ? own.slice(1) : own;
  const name = first === '_git' ? second : first;
  if (/(^|\.)(dev\.azure|visualstudio)\.com$/.test(address.hostname) && name && !name.startsWith('_')) return name;
  throw notOneOf('project', 'the name of the project');
}
