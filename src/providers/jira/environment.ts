import { credential, made, plain, type ToolEnvironment } from '../../core/tool-environment.ts';

/**
 * What jira-cli 1f3b2ef reads, which has server and login from its own configuration, and fastlane d5347690, which signs in
 * with a user and cannot do so with a personal access token alone.
 */
export const jiraEnvironment: ToolEnvironment = (row) => {
  const site = URL.parse(row.text('jiraUrl') ?? '');
  const token = credential(row, 'JIRA_API_TOKEN', 'jiraApiToken');
  if (row.text('jiraEmail') === undefined) return [...token, made('JIRA_AUTH_TYPE', ['jiraEmail'], 'bearer')];
  if (!site) return token;
  return [
    ...token,
    made('FL_JIRA_SITE', ['jiraUrl'], site.origin),
    made('FL_JIRA_CONTEXT_PATH', ['jiraUrl'], site.pathname.replace(/\/+$/, '')),
    ...plain(row, 'FL_JIRA_USERNAME', 'jiraEmail'),
    ...credential(row, 'FL_JIRA_PASSWORD', 'jiraApiToken'),
  ];
};
