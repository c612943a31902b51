/** A manifest that can be planned as it is. */
export const exampleText = `tenant: Acme
scm:
  - name: mobile
    type: github
    organization: acme
    repositoryUrl: https://github.com/acme/mobile
    accessToken: env:ACME_GITHUB_TOKEN
targets:
  - name: iOS
    type: app-store
    appleApiKeyId: env:ASC_KEY_ID
    appleIssuerId: env:ASC_ISSUER_ID
    applePrivateKey: file:AuthKey.p8
    appleBundleId: com.acme.app
pipelines:
  - name: ios-release
    type: github-actions
    scm: mobile
    target: iOS
    githubWorkflowPath: .github/workflows/release.yml
    environmentVariables: { LANE: release }
communication:
  - name: releases
    type: slack
    slackBotToken: env:SLACK_TOKEN
    slackChannels: ["#releases"]
tickets:
  - name: board
    type: jira
    jiraUrl: https://acme.atlassian.net
    jiraEmail: ops@acme.test
    jiraApiToken: env:JIRA_TOKEN
    jiraProjectKey: MOB
`;
