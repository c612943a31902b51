import { credential, type ToolEnvironment } from '../../core/tool-environment.ts';

/** SLACK_BOT_TOKEN as Slack's Bolt reads it, SLACK_URL as fastlane d5347690 does. */
export const slackEnvironment: ToolEnvironment = (row) => [
  ...credential(row, 'SLACK_BOT_TOKEN', 'slackBotToken'),
  ...credential(row, 'SLACK_WEBHOOK_URL', 'slackWebhookUrl'),
  ...credential(row, 'SLACK_URL', 'slackWebhookUrl'),
];
