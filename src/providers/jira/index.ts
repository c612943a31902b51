import { type FieldValues, type TokenPage, Unfit } from '../../core/field.ts';
import { text, token, url, withoutTrailingSlash } from '../../core/field-builders.ts';
import { addressIn, notOneOf } from '../../core/pasted/address.ts';
import { defineProvider, type Misfit, type Plain } from '../../core/provider.ts';
import { emailAddress } from '../email-address.ts';
import { jiraTickets } from './actions.ts';
import { jiraAnswers } from './answers.ts';
import { atlassianApi, isCloud, jiraAddresses, jiraPermissions, jiraScopes, verifyJira } from './api.ts';
import { jiraEnvironment } from './environment.ts';
import { jiraListings } from './listings.ts';

export const jira = defineProvider({
  name: 'jira',
  title: 'Jira',
  category: 'ticket',
  prefix: 'jira',
  apis: [atlassianApi],
  audience: ({ jiraUrl }) => jiraAddresses(String(jiraUrl)),
  verification: { checks: ['credential', 'resource', 'permission'], answers: jiraAnswers, run: verifyJira },
  actions: { ticket: jiraTickets },
  listings: jiraListings,
  environment: jiraEnvironment,
  listField: 'jiraProjectKey',
  fields: {
    jiraUrl: url({
      label: 'Jira URL',
      help: 'The site, or your own server with its path',
      example: 'https://acme.atlassian.net',
      normalise: siteUrl,
    }),
    jiraEmail: text({
      label: 'E-mail',
      help: "Of the token's account; empty for a personal access token of Jira Data Center",
      example: 'ops@acme.test',
      // Emptied, it says that the token is one of Data Center.
      emptiable: true,
      normalise: emailAddress,
    }),
    jiraApiToken: token({
      label: 'API token',
      help: 'Of Jira Cloud, or a personal access token of Jira Data Center',
      example: 'env:JIRA_TOKEN',
      whereToGet: 'id.atlassian.com, Security, API tokens; Data Center: your profile',
      permissions: `${Object.values(jiraPermissions).join(', ')}; scopes: ${jiraScopes.join(', ')}`,
      madeAt: tokenPages,
      // Cloud and Data Center: trufflehog's detectors.
      pattern: /^(ATATT[\w+/=-]+=[A-Za-z0-9]{8}|[MNO][A-Za-z0-9+/]{43})$/,
      refuse: [[/^[^\s:@]+@[^\s:@]+:/, 'has an e-mail address in front; that belongs in jiraEmail']],
      // Atlassian support, 'Manage API tokens': those made before 2024-12-15.
      warn: (value) =>
        /^[A-Za-z0-9]{24}$/.test(value)
          ? 'API tokens of 24 characters stopped working on Jira Cloud by 2026-05-12.'
          : undefined,
    }),
    jiraProjectKey: text({
      label: 'Project key',
      help: 'The part before the "-" in its issue keys',
      example: 'MOB',
      normalise: projectKey,
      // Jira Cloud's rule; administrators of Data Center may set another.
      warn: (key) =>
        /^[A-Z][A-Z0-9]+$/.test(key) ? undefined : 'A project key usually is two or more capital letters and digits.',
    }),
    jiraDefaultIssueType: text({
      label: 'Default issue type',
      help: 'Name or id of the type of new issues',
      example: 'Epic',
      optional: true,
    }),
  },
  misfits: cloudNeedsEmail,
});

/** Atlassian support, 'Manage API tokens' and, of Data Center, 'Using personal access tokens'. */
function tokenPages({ jiraUrl }: Plain): TokenPage[] {
  const site = typeof jiraUrl === 'string' ? URL.parse(jiraUrl) : null;
  if (!site || isCloud(site.hostname)) {
    return [{ address: 'https://id.atlassian.com/manage-profile/security/api-tokens' }];
  }
  const tab = 'com.atlassian.pats.pats-plugin:jira-user-personal-access-tokens';
  return [{ address: `${withoutTrailingSlash(site)}/secure/ViewProfile.jspa?selectedTab=${tab}` }];
}

/** Pages of Data Center, behind whatever path the server has (Atlassian, 'Jira URL patterns' and the source of its web actions). */
const page =
  /\/((browse|secure|projects|plugins|servicedesk|rest|sr)\/.*|(issues|software|dashboards|boards|people|jira\/(software|core|dashboards|your-work))(\/.*)?|[\w-]+\.jspa?)$/;

/** A Cloud site has no path; elsewhere the path is the server's own, up to the page that somebody copied. */
function siteUrl(address: URL): string {
  if (isCloud(address.hostname)) return `https://${address.host}`;
  return (address.origin + address.pathname).replace(page, '').replace(/(?<!\/)\/+$/, '');
}

/** A key as it is, or that in an address of the project, of its board or of one of its issues. */
function projectKey(given: string): string {
  const address = addressIn(given);
  if (address) {
    const [, key] = /\/(?:browse|projects)\/([A-Za-z]\w*)/.exec(address.pathname) ?? [];
    const named =
      key ?? address.searchParams.get('projectKey') ?? address.searchParams.get('selectedIssue')?.split('-')[0];
    if (named) return named;
    throw notOneOf('project', 'the key of the project, which comes before the "-" in its issue keys');
  }
  if (/^[A-Za-z]\w*-\d+$/.test(given)) throw new Unfit('is an issue; the project key is what comes before the "-"');
  if (/\s|\//.test(given)) throw new Unfit('must be the key of the project, for example MOB, not its name or address');
  return given;
}

function cloudNeedsEmail({ jiraUrl, jiraEmail }: FieldValues): Misfit[] {
  if (jiraEmail || typeof jiraUrl !== 'string' || !isCloud(URL.parse(jiraUrl)?.hostname ?? '')) return [];
  return [{ field: 'jiraEmail', reason: 'is needed on Jira Cloud: its API tokens belong to an account' }];
}
