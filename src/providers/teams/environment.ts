import { credential, type ToolEnvironment } from '../../core/tool-environment.ts';

/** The name is no tool's own; scripts read it. */
export const teamsEnvironment: ToolEnvironment = (row) => credential(row, 'TEAMS_WEBHOOK_URL', 'teamsWebhookUrl');
