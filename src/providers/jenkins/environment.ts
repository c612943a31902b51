import { credential, plain, type ToolEnvironment } from '../../core/tool-environment.ts';

/** What Jenkins' own command line reads (its handbook, 'Jenkins CLI'). */
export const jenkinsEnvironment: ToolEnvironment = (row) => [
  ...plain(row, 'JENKINS_URL', 'jenkinsUrl'),
  ...plain(row, 'JENKINS_USER_ID', 'jenkinsUsername'),
  ...credential(row, 'JENKINS_API_TOKEN', 'jenkinsApiToken'),
];
