import { credential, plain, type ToolEnvironment } from '../../core/tool-environment.ts';

/** What linear-cli e855b51 reads. */
export const linearEnvironment: ToolEnvironment = (row) => [
  ...credential(row, 'LINEAR_API_KEY', 'linearApiKey'),
  ...plain(row, 'LINEAR_TEAM_ID', 'linearTeamId'),
];
