// Made of the descriptions in src/providers: npx vitest run --config test/vitest.config.ts test/contract/library-types.test.ts -u

import type { Json, StoredIntegration } from './integration.ts';

export interface GithubIntegration extends StoredIntegration {
  scmType: 'GITHUB';
  /** User or organization that owns the repository. Such as `acme`. */
  organization: string;
  /** Web or clone address: https://, ssh:// or git@host:owner/name.git, without credentials. Such as `https://github.com/acme/mobile`. */
  repositoryUrl: string;
  /** The branch that releases are made from. Such as `main`. */
  defaultBranch: string | null;
  /** Which credentials are set. */
  credentials: { accessToken: true; refreshToken: boolean };
}

export interface GithubCredentials {
  scmType: 'GITHUB';
  accessToken: string;
  refreshToken: string | null;
}

export interface NewGithub {
  scmType: 'GITHUB';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName: string;
  /** User or organization that owns the repository. Such as `acme`. */
  organization: string;
  /** Web or clone address: https://, ssh:// or git@host:owner/name.git, without credentials. Such as `https://github.com/acme/mobile`. */
  repositoryUrl: string;
  /** The branch that releases are made from. Such as `main`. */
  defaultBranch?: string | null;
  /** Personal, OAuth or installation token. From: GitHub, Settings, Developer settings, Personal access tokens. Allowed to: Fine-grained: Contents read, Actions read and write. Classic: repo. */
  accessToken: string;
  /** Renews an OAuth token (ghr_). From: The OAuth response that came with the access token. Allowed to: None of its own. */
  refreshToken?: string | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface GithubChanges {
  scmType?: 'GITHUB';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName?: string;
  /** User or organization that owns the repository. Such as `acme`. */
  organization?: string;
  /** Web or clone address: https://, ssh:// or git@host:owner/name.git, without credentials. Such as `https://github.com/acme/mobile`. */
  repositoryUrl?: string;
  /** The branch that releases are made from. Such as `main`. */
  defaultBranch?: string | null;
  /** Personal, OAuth or installation token. From: GitHub, Settings, Developer settings, Personal access tokens. Allowed to: Fine-grained: Contents read, Actions read and write. Classic: repo. */
  accessToken?: string;
  /** Renews an OAuth token (ghr_). From: The OAuth response that came with the access token. Allowed to: None of its own. */
  refreshToken?: string | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface GithubRotation {
  scmType?: 'GITHUB';
  /** Personal, OAuth or installation token. From: GitHub, Settings, Developer settings, Personal access tokens. Allowed to: Fine-grained: Contents read, Actions read and write. Classic: repo. */
  accessToken?: string;
  /** Renews an OAuth token (ghr_). From: The OAuth response that came with the access token. Allowed to: None of its own. */
  refreshToken?: string | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
}

export interface GithubItem {
  name: string;
  type: 'github';
  active?: boolean;
  organization?: string;
  repositoryUrl?: string;
  defaultBranch?: string | null;
  accessToken?: Source | 'keep';
  refreshToken?: Source | 'keep' | null;
  credentialExpiresAt?: string | null;
}

export interface GitlabIntegration extends StoredIntegration {
  scmType: 'GITLAB';
  /** Group or user that owns the project; subgroups with "/". Such as `acme/apps`. */
  organization: string;
  /** Web or clone address: https://, ssh:// or git@host:owner/name.git, without credentials. Such as `https://gitlab.com/acme/apps/mobile`. */
  repositoryUrl: string;
  /** The branch that releases are made from. Such as `main`. */
  defaultBranch: string | null;
  /** Which credentials are set. */
  credentials: { accessToken: true; refreshToken: boolean };
}

export interface GitlabCredentials {
  scmType: 'GITLAB';
  accessToken: string;
  refreshToken: string | null;
}

export interface NewGitlab {
  scmType: 'GITLAB';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName: string;
  /** Group or user that owns the project; subgroups with "/". Such as `acme/apps`. */
  organization: string;
  /** Web or clone address: https://, ssh:// or git@host:owner/name.git, without credentials. Such as `https://gitlab.com/acme/apps/mobile`. */
  repositoryUrl: string;
  /** The branch that releases are made from. Such as `main`. */
  defaultBranch?: string | null;
  /** Personal, project, group or OAuth token. From: GitLab, the project or group or your profile, Access tokens. Allowed to: Scope api and role Developer; read_api where no pipeline is started. */
  accessToken: string;
  /** Renews an OAuth token. From: The OAuth response that came with the access token. Allowed to: None of its own. */
  refreshToken?: string | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface GitlabChanges {
  scmType?: 'GITLAB';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName?: string;
  /** Group or user that owns the project; subgroups with "/". Such as `acme/apps`. */
  organization?: string;
  /** Web or clone address: https://, ssh:// or git@host:owner/name.git, without credentials. Such as `https://gitlab.com/acme/apps/mobile`. */
  repositoryUrl?: string;
  /** The branch that releases are made from. Such as `main`. */
  defaultBranch?: string | null;
  /** Personal, project, group or OAuth token. From: GitLab, the project or group or your profile, Access tokens. Allowed to: Scope api and role Developer; read_api where no pipeline is started. */
  accessToken?: string;
  /** Renews an OAuth token. From: The OAuth response that came with the access token. Allowed to: None of its own. */
  refreshToken?: string | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface GitlabRotation {
  scmType?: 'GITLAB';
  /** Personal, project, group or OAuth token. From: GitLab, the project or group or your profile, Access tokens. Allowed to: Scope api and role Developer; read_api where no pipeline is started. */
  accessToken?: string;
  /** Renews an OAuth token. From: The OAuth response that came with the access token. Allowed to: None of its own. */
  refreshToken?: string | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
}

export interface GitlabItem {
  name: string;
  type: 'gitlab';
  active?: boolean;
  organization?: string;
  repositoryUrl?: string;
  defaultBranch?: string | null;
  accessToken?: Source | 'keep';
  refreshToken?: Source | 'keep' | null;
  credentialExpiresAt?: string | null;
}

export interface BitbucketIntegration extends StoredIntegration {
  scmType: 'BITBUCKET';
  /** Workspace; on Data Center the key of the project. Such as `acme`. */
  organization: string;
  /** Web or clone address: https://, ssh:// or git@host:owner/name.git, without credentials. Such as `https://bitbucket.org/acme/mobile`. */
  repositoryUrl: string;
  /** The branch that releases are made from. Such as `main`. */
  defaultBranch: string | null;
  /** Which credentials are set. */
  credentials: { accessToken: true; refreshToken: boolean };
}

export interface BitbucketCredentials {
  scmType: 'BITBUCKET';
  accessToken: string;
  refreshToken: string | null;
}

export interface NewBitbucket {
  scmType: 'BITBUCKET';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName: string;
  /** Workspace; on Data Center the key of the project. Such as `acme`. */
  organization: string;
  /** Web or clone address: https://, ssh:// or git@host:owner/name.git, without credentials. Such as `https://bitbucket.org/acme/mobile`. */
  repositoryUrl: string;
  /** The branch that releases are made from. Such as `main`. */
  defaultBranch?: string | null;
  /** Of a repository, project or workspace; an Atlassian API token as email:token. From: Repository settings, Access tokens; or id.atlassian.com, API tokens. Allowed to: Access token: Repositories read. API token: read:repository:bitbucket. */
  accessToken: string;
  /** Renews an OAuth token. From: The OAuth response that came with the access token. Allowed to: None of its own. */
  refreshToken?: string | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface BitbucketChanges {
  scmType?: 'BITBUCKET';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName?: string;
  /** Workspace; on Data Center the key of the project. Such as `acme`. */
  organization?: string;
  /** Web or clone address: https://, ssh:// or git@host:owner/name.git, without credentials. Such as `https://bitbucket.org/acme/mobile`. */
  repositoryUrl?: string;
  /** The branch that releases are made from. Such as `main`. */
  defaultBranch?: string | null;
  /** Of a repository, project or workspace; an Atlassian API token as email:token. From: Repository settings, Access tokens; or id.atlassian.com, API tokens. Allowed to: Access token: Repositories read. API token: read:repository:bitbucket. */
  accessToken?: string;
  /** Renews an OAuth token. From: The OAuth response that came with the access token. Allowed to: None of its own. */
  refreshToken?: string | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface BitbucketRotation {
  scmType?: 'BITBUCKET';
  /** Of a repository, project or workspace; an Atlassian API token as email:token. From: Repository settings, Access tokens; or id.atlassian.com, API tokens. Allowed to: Access token: Repositories read. API token: read:repository:bitbucket. */
  accessToken?: string;
  /** Renews an OAuth token. From: The OAuth response that came with the access token. Allowed to: None of its own. */
  refreshToken?: string | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
}

export interface BitbucketItem {
  name: string;
  type: 'bitbucket';
  active?: boolean;
  organization?: string;
  repositoryUrl?: string;
  defaultBranch?: string | null;
  accessToken?: Source | 'keep';
  refreshToken?: Source | 'keep' | null;
  credentialExpiresAt?: string | null;
}

export type ScmIntegration = GithubIntegration | GitlabIntegration | BitbucketIntegration;

export type ScmCredentials = GithubCredentials | GitlabCredentials | BitbucketCredentials;

export type ScmItem = GithubItem | GitlabItem | BitbucketItem;

export type NewScm = NewGithub | NewGitlab | NewBitbucket;

export type ScmChanges = GithubChanges | GitlabChanges | BitbucketChanges;

export type ScmRotation = GithubRotation | GitlabRotation | BitbucketRotation;

export interface AppStoreIntegration extends StoredIntegration {
  targetType: 'APP_STORE';
  /** Of the app, as in App Store Connect. Such as `com.acme.app`. */
  appleBundleId: string;
  /** Compared with the team of the app. Such as `ABCDE12345`. */
  appleTeamId: string | null;
  /** Which credentials are set. */
  credentials: { appleApiKeyId: true; appleIssuerId: boolean; applePrivateKey: true };
}

export interface AppStoreCredentials {
  targetType: 'APP_STORE';
  appleApiKeyId: string;
  appleIssuerId: string | null;
  applePrivateKey: string;
}

export interface NewAppStore {
  targetType: 'APP_STORE';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName: string;
  /** The ten characters next to the key, also in its file name. From: App Store Connect, Users and Access, Integrations. Allowed to: A role that may see the app and its builds, such as App Manager. */
  appleApiKeyId: string;
  /** The UUID above the list of team keys; individual keys have none. From: App Store Connect, Users and Access, Integrations. Allowed to: None of its own. */
  appleIssuerId?: string | null;
  /** The .p8 file; Apple lets you download it once. From: App Store Connect, Users and Access, Integrations. Allowed to: None of its own: those of its key id. */
  applePrivateKey: string;
  /** Of the app, as in App Store Connect. Such as `com.acme.app`. */
  appleBundleId: string;
  /** Compared with the team of the app. Such as `ABCDE12345`. */
  appleTeamId?: string | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface AppStoreChanges {
  targetType?: 'APP_STORE';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName?: string;
  /** The ten characters next to the key, also in its file name. From: App Store Connect, Users and Access, Integrations. Allowed to: A role that may see the app and its builds, such as App Manager. */
  appleApiKeyId?: string;
  /** The UUID above the list of team keys; individual keys have none. From: App Store Connect, Users and Access, Integrations. Allowed to: None of its own. */
  appleIssuerId?: string | null;
  /** The .p8 file; Apple lets you download it once. From: App Store Connect, Users and Access, Integrations. Allowed to: None of its own: those of its key id. */
  applePrivateKey?: string;
  /** Of the app, as in App Store Connect. Such as `com.acme.app`. */
  appleBundleId?: string;
  /** Compared with the team of the app. Such as `ABCDE12345`. */
  appleTeamId?: string | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface AppStoreRotation {
  targetType?: 'APP_STORE';
  /** The ten characters next to the key, also in its file name. From: App Store Connect, Users and Access, Integrations. Allowed to: A role that may see the app and its builds, such as App Manager. */
  appleApiKeyId?: string;
  /** The UUID above the list of team keys; individual keys have none. From: App Store Connect, Users and Access, Integrations. Allowed to: None of its own. */
  appleIssuerId?: string | null;
  /** The .p8 file; Apple lets you download it once. From: App Store Connect, Users and Access, Integrations. Allowed to: None of its own: those of its key id. */
  applePrivateKey?: string;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
}

export interface AppStoreItem {
  name: string;
  type: 'app-store';
  active?: boolean;
  appleApiKeyId?: Source | 'keep';
  appleIssuerId?: Source | 'keep' | null;
  applePrivateKey?: Source | 'keep';
  appleBundleId?: string;
  appleTeamId?: string | null;
  credentialExpiresAt?: string | null;
}

export interface PlayStoreIntegration extends StoredIntegration {
  targetType: 'PLAY_STORE';
  /** Of the service account that is invited in Play Console. Such as `release@acme.iam.gserviceaccount.com`. */
  googleServiceAccountEmail: string;
  /** The application id; its first upload is made by hand in Play Console. Such as `com.acme.app`. */
  googlePackageName: string;
  /** Which credentials are set. */
  credentials: { googlePrivateKey: true };
}

export interface PlayStoreCredentials {
  targetType: 'PLAY_STORE';
  googlePrivateKey: string;
}

export interface NewPlayStore {
  targetType: 'PLAY_STORE';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName: string;
  /** Of the service account that is invited in Play Console. Such as `release@acme.iam.gserviceaccount.com`. */
  googleServiceAccountEmail: string;
  /** The private_key of the JSON key file, or that file. From: Google Cloud console, Service accounts, Keys, Add key, JSON. Allowed to: Invited in Play Console; may see the app and manage its releases. */
  googlePrivateKey: string;
  /** The application id; its first upload is made by hand in Play Console. Such as `com.acme.app`. */
  googlePackageName: string;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface PlayStoreChanges {
  targetType?: 'PLAY_STORE';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName?: string;
  /** Of the service account that is invited in Play Console. Such as `release@acme.iam.gserviceaccount.com`. */
  googleServiceAccountEmail?: string;
  /** The private_key of the JSON key file, or that file. From: Google Cloud console, Service accounts, Keys, Add key, JSON. Allowed to: Invited in Play Console; may see the app and manage its releases. */
  googlePrivateKey?: string;
  /** The application id; its first upload is made by hand in Play Console. Such as `com.acme.app`. */
  googlePackageName?: string;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface PlayStoreRotation {
  targetType?: 'PLAY_STORE';
  /** The private_key of the JSON key file, or that file. From: Google Cloud console, Service accounts, Keys, Add key, JSON. Allowed to: Invited in Play Console; may see the app and manage its releases. */
  googlePrivateKey?: string;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
}

export interface PlayStoreItem {
  name: string;
  type: 'play-store';
  active?: boolean;
  googleServiceAccountEmail?: string;
  googlePrivateKey?: Source | 'keep';
  googlePackageName?: string;
  credentialExpiresAt?: string | null;
}

export type TargetIntegration = AppStoreIntegration | PlayStoreIntegration;

export type TargetCredentials = AppStoreCredentials | PlayStoreCredentials;

export type TargetItem = AppStoreItem | PlayStoreItem;

export type NewTarget = NewAppStore | NewPlayStore;

export type TargetChanges = AppStoreChanges | PlayStoreChanges;

export type TargetRotation = AppStoreRotation | PlayStoreRotation;

export interface JenkinsIntegration extends StoredIntegration {
  pipelineType: 'JENKINS';
  /** What it builds from. Its id or its name. Such as `mobile`. */
  scmIntegrationId: string;
  /** What it releases to. Its id or its name. Such as `ios`. */
  targetIntegrationId: string;
  /** The start page of the server, with its path if it has one. Such as `https://ci.acme.test/jenkins`. */
  jenkinsUrl: string;
  /** The user that the API token belongs to. Such as `release-bot`. */
  jenkinsUsername: string;
  /** Folders and job, with or without /job/ between: mobile/release or /job/mobile/job/release. Such as `mobile/release`. */
  jenkinsJobPath: string;
  /** What it is for. */
  description: string | null;
  /** Start it when a release is made. */
  triggerOnRelease: boolean | null;
  /** Seconds after which a build is given up. Such as `3600`. */
  buildTimeout: number | null;
  /** Variables for the build; stored as they are, so not for credentials. Such as `LANE=release`. */
  environmentVariables: Record<string, string> | null;
  lastTriggeredAt: string | null;
  /** Which credentials are set. */
  credentials: { jenkinsApiToken: true };
}

export interface JenkinsCredentials {
  pipelineType: 'JENKINS';
  jenkinsApiToken: string;
}

export interface NewJenkins {
  pipelineType: 'JENKINS';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName: string;
  /** What it builds from. Its id or its name. Such as `mobile`. */
  scmIntegrationId: string;
  /** What it releases to. Its id or its name. Such as `ios`. */
  targetIntegrationId: string;
  /** The start page of the server, with its path if it has one. Such as `https://ci.acme.test/jenkins`. */
  jenkinsUrl: string;
  /** The user that the API token belongs to. Such as `release-bot`. */
  jenkinsUsername: string;
  /** Of that user; not the password. From: Jenkins, the user at the top right, Security, API Token. Allowed to: Overall/Read, Job/Read and Job/Build. */
  jenkinsApiToken: string;
  /** Folders and job, with or without /job/ between: mobile/release or /job/mobile/job/release. Such as `mobile/release`. */
  jenkinsJobPath: string;
  /** What it is for. */
  description?: string | null;
  /** Start it when a release is made. */
  triggerOnRelease?: boolean | null;
  /** Seconds after which a build is given up. Such as `3600`. */
  buildTimeout?: number | null;
  /** Variables for the build; stored as they are, so not for credentials. Such as `LANE=release`. */
  environmentVariables?: Record<string, string> | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface JenkinsChanges {
  pipelineType?: 'JENKINS';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName?: string;
  /** What it builds from. Its id or its name. Such as `mobile`. */
  scmIntegrationId?: string;
  /** What it releases to. Its id or its name. Such as `ios`. */
  targetIntegrationId?: string;
  /** The start page of the server, with its path if it has one. Such as `https://ci.acme.test/jenkins`. */
  jenkinsUrl?: string;
  /** The user that the API token belongs to. Such as `release-bot`. */
  jenkinsUsername?: string;
  /** Of that user; not the password. From: Jenkins, the user at the top right, Security, API Token. Allowed to: Overall/Read, Job/Read and Job/Build. */
  jenkinsApiToken?: string;
  /** Folders and job, with or without /job/ between: mobile/release or /job/mobile/job/release. Such as `mobile/release`. */
  jenkinsJobPath?: string;
  /** What it is for. */
  description?: string | null;
  /** Start it when a release is made. */
  triggerOnRelease?: boolean | null;
  /** Seconds after which a build is given up. Such as `3600`. */
  buildTimeout?: number | null;
  /** Variables for the build; stored as they are, so not for credentials. Such as `LANE=release`. */
  environmentVariables?: Record<string, string> | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface JenkinsRotation {
  pipelineType?: 'JENKINS';
  /** Of that user; not the password. From: Jenkins, the user at the top right, Security, API Token. Allowed to: Overall/Read, Job/Read and Job/Build. */
  jenkinsApiToken?: string;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
}

export interface JenkinsItem {
  name: string;
  type: 'jenkins';
  active?: boolean;
  scm?: string;
  target?: string;
  jenkinsUrl?: string;
  jenkinsUsername?: string;
  jenkinsApiToken?: Source | 'keep';
  jenkinsJobPath?: string;
  description?: string | null;
  triggerOnRelease?: boolean | null;
  buildTimeout?: number | null;
  environmentVariables?: Record<string, string> | null;
  credentialExpiresAt?: string | null;
}

export interface GithubActionsIntegration extends StoredIntegration {
  pipelineType: 'GITHUB_ACTIONS';
  /** What it builds from. Its id or its name. Such as `mobile`. */
  scmIntegrationId: string;
  /** What it releases to. Its id or its name. Such as `ios`. */
  targetIntegrationId: string;
  /** The file in the repository; it needs a workflow_dispatch trigger. Such as `.github/workflows/release.yml`. */
  githubWorkflowPath: string;
  /** Where to run it; by default the SCM integration's default branch. Such as `main`. */
  githubWorkflowRef: string | null;
  /** What it is for. */
  description: string | null;
  /** Start it when a release is made. */
  triggerOnRelease: boolean | null;
  /** Seconds after which a build is given up. Such as `3600`. */
  buildTimeout: number | null;
  /** Variables for the build; stored as they are, so not for credentials. Such as `LANE=release`. */
  environmentVariables: Record<string, string> | null;
  lastTriggeredAt: string | null;
  /** Which credentials are set. */
  credentials: Record<never, boolean>;
}

export interface GithubActionsCredentials {
  pipelineType: 'GITHUB_ACTIONS';
}

export interface NewGithubActions {
  pipelineType: 'GITHUB_ACTIONS';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName: string;
  /** What it builds from. Its id or its name. Such as `mobile`. */
  scmIntegrationId: string;
  /** What it releases to. Its id or its name. Such as `ios`. */
  targetIntegrationId: string;
  /** The file in the repository; it needs a workflow_dispatch trigger. Such as `.github/workflows/release.yml`. */
  githubWorkflowPath: string;
  /** Where to run it; by default the SCM integration's default branch. Such as `main`. */
  githubWorkflowRef?: string | null;
  /** What it is for. */
  description?: string | null;
  /** Start it when a release is made. */
  triggerOnRelease?: boolean | null;
  /** Seconds after which a build is given up. Such as `3600`. */
  buildTimeout?: number | null;
  /** Variables for the build; stored as they are, so not for credentials. Such as `LANE=release`. */
  environmentVariables?: Record<string, string> | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface GithubActionsChanges {
  pipelineType?: 'GITHUB_ACTIONS';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName?: string;
  /** What it builds from. Its id or its name. Such as `mobile`. */
  scmIntegrationId?: string;
  /** What it releases to. Its id or its name. Such as `ios`. */
  targetIntegrationId?: string;
  /** The file in the repository; it needs a workflow_dispatch trigger. Such as `.github/workflows/release.yml`. */
  githubWorkflowPath?: string;
  /** Where to run it; by default the SCM integration's default branch. Such as `main`. */
  githubWorkflowRef?: string | null;
  /** What it is for. */
  description?: string | null;
  /** Start it when a release is made. */
  triggerOnRelease?: boolean | null;
  /** Seconds after which a build is given up. Such as `3600`. */
  buildTimeout?: number | null;
  /** Variables for the build; stored as they are, so not for credentials. Such as `LANE=release`. */
  environmentVariables?: Record<string, string> | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface GithubActionsItem {
  name: string;
  type: 'github-actions';
  active?: boolean;
  scm?: string;
  target?: string;
  githubWorkflowPath?: string;
  githubWorkflowRef?: string | null;
  description?: string | null;
  triggerOnRelease?: boolean | null;
  buildTimeout?: number | null;
  environmentVariables?: Record<string, string> | null;
  credentialExpiresAt?: string | null;
}

export interface GitlabCiIntegration extends StoredIntegration {
  pipelineType: 'GITLAB_CI';
  /** What it builds from. Its id or its name. Such as `mobile`. */
  scmIntegrationId: string;
  /** What it releases to. Its id or its name. Such as `ios`. */
  targetIntegrationId: string;
  /** The number of a past run to check against; nothing is started from it. Such as `1234567890`. */
  gitlabPipelineId: string | null;
  /** The job in .gitlab-ci.yml that makes the release. Such as `release`. */
  gitlabJobName: string | null;
  /** What it is for. */
  description: string | null;
  /** Start it when a release is made. */
  triggerOnRelease: boolean | null;
  /** Seconds after which a build is given up. Such as `3600`. */
  buildTimeout: number | null;
  /** Variables for the build; stored as they are, so not for credentials. Such as `LANE=release`. */
  environmentVariables: Record<string, string> | null;
  lastTriggeredAt: string | null;
  /** Which credentials are set. */
  credentials: Record<never, boolean>;
}

export interface GitlabCiCredentials {
  pipelineType: 'GITLAB_CI';
}

export interface NewGitlabCi {
  pipelineType: 'GITLAB_CI';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName: string;
  /** What it builds from. Its id or its name. Such as `mobile`. */
  scmIntegrationId: string;
  /** What it releases to. Its id or its name. Such as `ios`. */
  targetIntegrationId: string;
  /** The number of a past run to check against; nothing is started from it. Such as `1234567890`. */
  gitlabPipelineId?: string | null;
  /** The job in .gitlab-ci.yml that makes the release. Such as `release`. */
  gitlabJobName?: string | null;
  /** What it is for. */
  description?: string | null;
  /** Start it when a release is made. */
  triggerOnRelease?: boolean | null;
  /** Seconds after which a build is given up. Such as `3600`. */
  buildTimeout?: number | null;
  /** Variables for the build; stored as they are, so not for credentials. Such as `LANE=release`. */
  environmentVariables?: Record<string, string> | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface GitlabCiChanges {
  pipelineType?: 'GITLAB_CI';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName?: string;
  /** What it builds from. Its id or its name. Such as `mobile`. */
  scmIntegrationId?: string;
  /** What it releases to. Its id or its name. Such as `ios`. */
  targetIntegrationId?: string;
  /** The number of a past run to check against; nothing is started from it. Such as `1234567890`. */
  gitlabPipelineId?: string | null;
  /** The job in .gitlab-ci.yml that makes the release. Such as `release`. */
  gitlabJobName?: string | null;
  /** What it is for. */
  description?: string | null;
  /** Start it when a release is made. */
  triggerOnRelease?: boolean | null;
  /** Seconds after which a build is given up. Such as `3600`. */
  buildTimeout?: number | null;
  /** Variables for the build; stored as they are, so not for credentials. Such as `LANE=release`. */
  environmentVariables?: Record<string, string> | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface GitlabCiItem {
  name: string;
  type: 'gitlab-ci';
  active?: boolean;
  scm?: string;
  target?: string;
  gitlabPipelineId?: string | null;
  gitlabJobName?: string | null;
  description?: string | null;
  triggerOnRelease?: boolean | null;
  buildTimeout?: number | null;
  environmentVariables?: Record<string, string> | null;
  credentialExpiresAt?: string | null;
}

export type PipelineIntegration = JenkinsIntegration | GithubActionsIntegration | GitlabCiIntegration;

export type PipelineCredentials = JenkinsCredentials | GithubActionsCredentials | GitlabCiCredentials;

export type PipelineItem = JenkinsItem | GithubActionsItem | GitlabCiItem;

export type NewPipeline = NewJenkins | NewGithubActions | NewGitlabCi;

export type PipelineChanges = JenkinsChanges | GithubActionsChanges | GitlabCiChanges;

export type PipelineRotation = JenkinsRotation;

export interface SlackIntegration extends StoredIntegration {
  communicationType: 'SLACK';
  /** Where the bot posts: names or ids; invite it to them in Slack. Such as `#releases`. */
  slackChannels: string[] | null;
  /** Events that send a message: null for all, an empty list for no event at all. Such as `build_failed`. */
  notifyOnEvents: string[] | null;
  /** Which credentials are set. */
  credentials: { slackBotToken: boolean; slackWebhookUrl: boolean };
}

export interface SlackCredentials {
  communicationType: 'SLACK';
  slackBotToken: string | null;
  slackWebhookUrl: string | null;
}

export interface NewSlack {
  communicationType: 'SLACK';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName: string;
  /** Posts in the channels you name; leave it empty to use only a webhook. From: api.slack.com/apps, your app, OAuth and Permissions, Bot User OAuth Token. Allowed to: chat:write, with channels:read and groups:read to check the channels. */
  slackBotToken?: string | null;
  /** Where the bot posts: names or ids; invite it to them in Slack. Such as `#releases`. */
  slackChannels?: string[] | null;
  /** An incoming webhook; it posts in the one channel that it was made for. Or slackBotToken. From: api.slack.com/apps, your app, Incoming Webhooks. Allowed to: incoming-webhook, which comes with it. */
  slackWebhookUrl?: string | null;
  /** Events that send a message: null for all, an empty list for no event at all. Such as `build_failed`. */
  notifyOnEvents?: string[] | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface SlackChanges {
  communicationType?: 'SLACK';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName?: string;
  /** Posts in the channels you name; leave it empty to use only a webhook. From: api.slack.com/apps, your app, OAuth and Permissions, Bot User OAuth Token. Allowed to: chat:write, with channels:read and groups:read to check the channels. */
  slackBotToken?: string | null;
  /** Where the bot posts: names or ids; invite it to them in Slack. Such as `#releases`. */
  slackChannels?: string[] | null;
  /** An incoming webhook; it posts in the one channel that it was made for. Or slackBotToken. From: api.slack.com/apps, your app, Incoming Webhooks. Allowed to: incoming-webhook, which comes with it. */
  slackWebhookUrl?: string | null;
  /** Events that send a message: null for all, an empty list for no event at all. Such as `build_failed`. */
  notifyOnEvents?: string[] | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface SlackRotation {
  communicationType?: 'SLACK';
  /** Posts in the channels you name; leave it empty to use only a webhook. From: api.slack.com/apps, your app, OAuth and Permissions, Bot User OAuth Token. Allowed to: chat:write, with channels:read and groups:read to check the channels. */
  slackBotToken?: string | null;
  /** An incoming webhook; it posts in the one channel that it was made for. Or slackBotToken. From: api.slack.com/apps, your app, Incoming Webhooks. Allowed to: incoming-webhook, which comes with it. */
  slackWebhookUrl?: string | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
}

export interface SlackItem {
  name: string;
  type: 'slack';
  active?: boolean;
  slackBotToken?: Source | 'keep' | null;
  slackChannels?: string[] | null;
  slackWebhookUrl?: Source | 'keep' | null;
  notifyOnEvents?: string[] | null;
  credentialExpiresAt?: string | null;
}

export interface EmailIntegration extends StoredIntegration {
  communicationType: 'EMAIL';
  /** Who gets the messages. Such as `team@acme.test`. */
  emailRecipients: string[];
  /** The sender, with a name if you like; the mail server must let you send as it. Such as `Acme Releases <releases@acme.test>`. */
  emailFromAddress: string;
  /** Events that send a message: null for all, an empty list for no event at all. Such as `build_failed`. */
  notifyOnEvents: string[] | null;
  /** Which credentials are set. */
  credentials: Record<never, boolean>;
}

export interface EmailCredentials {
  communicationType: 'EMAIL';
}

export interface NewEmail {
  communicationType: 'EMAIL';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName: string;
  /** Who gets the messages. Such as `team@acme.test`. */
  emailRecipients: string[];
  /** The sender, with a name if you like; the mail server must let you send as it. Such as `Acme Releases <releases@acme.test>`. */
  emailFromAddress: string;
  /** Events that send a message: null for all, an empty list for no event at all. Such as `build_failed`. */
  notifyOnEvents?: string[] | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface EmailChanges {
  communicationType?: 'EMAIL';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName?: string;
  /** Who gets the messages. Such as `team@acme.test`. */
  emailRecipients?: string[];
  /** The sender, with a name if you like; the mail server must let you send as it. Such as `Acme Releases <releases@acme.test>`. */
  emailFromAddress?: string;
  /** Events that send a message: null for all, an empty list for no event at all. Such as `build_failed`. */
  notifyOnEvents?: string[] | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface EmailItem {
  name: string;
  type: 'email';
  active?: boolean;
  emailRecipients?: string[];
  emailFromAddress?: string;
  notifyOnEvents?: string[] | null;
  credentialExpiresAt?: string | null;
}

export interface TeamsIntegration extends StoredIntegration {
  communicationType: 'TEAMS';
  /** For your own reference; a webhook does not say which channel it posts in. Such as `19:abc123@thread.tacv2`. */
  teamsChannelId: string | null;
  /** Events that send a message: null for all, an empty list for no event at all. Such as `build_failed`. */
  notifyOnEvents: string[] | null;
  /** Which credentials are set. */
  credentials: { teamsWebhookUrl: true };
}

export interface TeamsCredentials {
  communicationType: 'TEAMS';
  teamsWebhookUrl: string;
}

export interface NewTeams {
  communicationType: 'TEAMS';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName: string;
  /** Of a workflow that posts in the channel; the whole URL, including its sig. From: Teams, the channel, Workflows, "Send webhook alerts to a channel". Allowed to: Who can trigger the flow: anyone. */
  teamsWebhookUrl: string;
  /** For your own reference; a webhook does not say which channel it posts in. Such as `19:abc123@thread.tacv2`. */
  teamsChannelId?: string | null;
  /** Events that send a message: null for all, an empty list for no event at all. Such as `build_failed`. */
  notifyOnEvents?: string[] | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface TeamsChanges {
  communicationType?: 'TEAMS';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName?: string;
  /** Of a workflow that posts in the channel; the whole URL, including its sig. From: Teams, the channel, Workflows, "Send webhook alerts to a channel". Allowed to: Who can trigger the flow: anyone. */
  teamsWebhookUrl?: string;
  /** For your own reference; a webhook does not say which channel it posts in. Such as `19:abc123@thread.tacv2`. */
  teamsChannelId?: string | null;
  /** Events that send a message: null for all, an empty list for no event at all. Such as `build_failed`. */
  notifyOnEvents?: string[] | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface TeamsRotation {
  communicationType?: 'TEAMS';
  /** Of a workflow that posts in the channel; the whole URL, including its sig. From: Teams, the channel, Workflows, "Send webhook alerts to a channel". Allowed to: Who can trigger the flow: anyone. */
  teamsWebhookUrl?: string;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
}

export interface TeamsItem {
  name: string;
  type: 'teams';
  active?: boolean;
  teamsWebhookUrl?: Source | 'keep';
  teamsChannelId?: string | null;
  notifyOnEvents?: string[] | null;
  credentialExpiresAt?: string | null;
}

export type CommunicationIntegration = SlackIntegration | EmailIntegration | TeamsIntegration;

export type CommunicationCredentials = SlackCredentials | EmailCredentials | TeamsCredentials;

export type CommunicationItem = SlackItem | EmailItem | TeamsItem;

export type NewCommunication = NewSlack | NewEmail | NewTeams;

export type CommunicationChanges = SlackChanges | EmailChanges | TeamsChanges;

export type CommunicationRotation = SlackRotation | TeamsRotation;

export interface JiraIntegration extends StoredIntegration {
  ticketSystemType: 'JIRA';
  /** The site, or your own server with its path. Such as `https://acme.atlassian.net`. */
  jiraUrl: string;
  /** Of the token's account; empty for a personal access token of Jira Data Center. Such as `ops@acme.test`. */
  jiraEmail: string | null;
  /** The part before the "-" in its issue keys. Such as `MOB`. */
  jiraProjectKey: string;
  /** Name or id of the type of new issues. Such as `Epic`. */
  jiraDefaultIssueType: string | null;
  /** Make an epic for every release. */
  autoCreateEpics: boolean | null;
  /** What an epic is made from, a JSON object. */
  epicTemplate: { [key: string]: Json } | null;
  /** Which credentials are set. */
  credentials: { jiraApiToken: true };
}

export interface JiraCredentials {
  ticketSystemType: 'JIRA';
  jiraApiToken: string;
}

export interface NewJira {
  ticketSystemType: 'JIRA';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName: string;
  /** The site, or your own server with its path. Such as `https://acme.atlassian.net`. */
  jiraUrl: string;
  /** Of the token's account; empty for a personal access token of Jira Data Center. Such as `ops@acme.test`. */
  jiraEmail?: string | null;
  /** Of Jira Cloud, or a personal access token of Jira Data Center. From: id.atlassian.com, Security, API tokens; Data Center: your profile. Allowed to: Browse projects, Create issues; scopes: read:jira-user, read:jira-work, write:jira-work. */
  jiraApiToken: string;
  /** The part before the "-" in its issue keys. Such as `MOB`. */
  jiraProjectKey: string;
  /** Name or id of the type of new issues. Such as `Epic`. */
  jiraDefaultIssueType?: string | null;
  /** Make an epic for every release. */
  autoCreateEpics?: boolean | null;
  /** What an epic is made from, a JSON object. */
  epicTemplate?: { [key: string]: Json } | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface JiraChanges {
  ticketSystemType?: 'JIRA';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName?: string;
  /** The site, or your own server with its path. Such as `https://acme.atlassian.net`. */
  jiraUrl?: string;
  /** Of the token's account; empty for a personal access token of Jira Data Center. Such as `ops@acme.test`. */
  jiraEmail?: string | null;
  /** Of Jira Cloud, or a personal access token of Jira Data Center. From: id.atlassian.com, Security, API tokens; Data Center: your profile. Allowed to: Browse projects, Create issues; scopes: read:jira-user, read:jira-work, write:jira-work. */
  jiraApiToken?: string;
  /** The part before the "-" in its issue keys. Such as `MOB`. */
  jiraProjectKey?: string;
  /** Name or id of the type of new issues. Such as `Epic`. */
  jiraDefaultIssueType?: string | null;
  /** Make an epic for every release. */
  autoCreateEpics?: boolean | null;
  /** What an epic is made from, a JSON object. */
  epicTemplate?: { [key: string]: Json } | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface JiraRotation {
  ticketSystemType?: 'JIRA';
  /** Of Jira Cloud, or a personal access token of Jira Data Center. From: id.atlassian.com, Security, API tokens; Data Center: your profile. Allowed to: Browse projects, Create issues; scopes: read:jira-user, read:jira-work, write:jira-work. */
  jiraApiToken?: string;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
}

export interface JiraItem {
  name: string;
  type: 'jira';
  active?: boolean;
  jiraUrl?: string;
  jiraEmail?: string | null;
  jiraApiToken?: Source | 'keep';
  jiraProjectKey?: string;
  jiraDefaultIssueType?: string | null;
  autoCreateEpics?: boolean | null;
  epicTemplate?: { [key: string]: Json } | null;
  credentialExpiresAt?: string | null;
}

export interface LinearIntegration extends StoredIntegration {
  ticketSystemType: 'LINEAR';
  /** Id of the team, or its key: the part before the "-" in its issues. Such as `MOB`. */
  linearTeamId: string;
  /** Id of the project, or the last part of its address. Such as `mobile-releases-1a2b3c4d5e6f`. */
  linearDefaultProjectId: string | null;
  /** Make an epic for every release. */
  autoCreateEpics: boolean | null;
  /** What an epic is made from, a JSON object. */
  epicTemplate: { [key: string]: Json } | null;
  /** Which credentials are set. */
  credentials: { linearApiKey: true };
}

export interface LinearCredentials {
  ticketSystemType: 'LINEAR';
  linearApiKey: string;
}

export interface NewLinear {
  ticketSystemType: 'LINEAR';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName: string;
  /** A personal API key (lin_api_). From: Linear, Settings, Security and access, Personal API keys. Allowed to: Read and Write, on the team. */
  linearApiKey: string;
  /** Id of the team, or its key: the part before the "-" in its issues. Such as `MOB`. */
  linearTeamId: string;
  /** Id of the project, or the last part of its address. Such as `mobile-releases-1a2b3c4d5e6f`. */
  linearDefaultProjectId?: string | null;
  /** Make an epic for every release. */
  autoCreateEpics?: boolean | null;
  /** What an epic is made from, a JSON object. */
  epicTemplate?: { [key: string]: Json } | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface LinearChanges {
  ticketSystemType?: 'LINEAR';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName?: string;
  /** A personal API key (lin_api_). From: Linear, Settings, Security and access, Personal API keys. Allowed to: Read and Write, on the team. */
  linearApiKey?: string;
  /** Id of the team, or its key: the part before the "-" in its issues. Such as `MOB`. */
  linearTeamId?: string;
  /** Id of the project, or the last part of its address. Such as `mobile-releases-1a2b3c4d5e6f`. */
  linearDefaultProjectId?: string | null;
  /** Make an epic for every release. */
  autoCreateEpics?: boolean | null;
  /** What an epic is made from, a JSON object. */
  epicTemplate?: { [key: string]: Json } | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface LinearRotation {
  ticketSystemType?: 'LINEAR';
  /** A personal API key (lin_api_). From: Linear, Settings, Security and access, Personal API keys. Allowed to: Read and Write, on the team. */
  linearApiKey?: string;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
}

export interface LinearItem {
  name: string;
  type: 'linear';
  active?: boolean;
  linearApiKey?: Source | 'keep';
  linearTeamId?: string;
  linearDefaultProjectId?: string | null;
  autoCreateEpics?: boolean | null;
  epicTemplate?: { [key: string]: Json } | null;
  credentialExpiresAt?: string | null;
}

export interface AzureDevopsIntegration extends StoredIntegration {
  ticketSystemType: 'AZURE_DEVOPS';
  /** Its name, or its address at dev.azure.com. Such as `acme`. */
  azureOrganization: string;
  /** Its name, with its spaces, or its id. Such as `Mobile App`. */
  azureProject: string;
  /** Make an epic for every release. */
  autoCreateEpics: boolean | null;
  /** What an epic is made from, a JSON object. */
  epicTemplate: { [key: string]: Json } | null;
  /** Which credentials are set. */
  credentials: { azurePatToken: true };
}

export interface AzureDevopsCredentials {
  ticketSystemType: 'AZURE_DEVOPS';
  azurePatToken: string;
}

export interface NewAzureDevops {
  ticketSystemType: 'AZURE_DEVOPS';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName: string;
  /** Its name, or its address at dev.azure.com. Such as `acme`. */
  azureOrganization: string;
  /** Its name, with its spaces, or its id. Such as `Mobile App`. */
  azureProject: string;
  /** For this one organization: tokens for all organizations end on 2026-12-01. From: dev.azure.com, User settings, Personal access tokens. Allowed to: Work Items: read and write; Project and Team: read. */
  azurePatToken: string;
  /** Make an epic for every release. */
  autoCreateEpics?: boolean | null;
  /** What an epic is made from, a JSON object. */
  epicTemplate?: { [key: string]: Json } | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface AzureDevopsChanges {
  ticketSystemType?: 'AZURE_DEVOPS';
  /** What you call it; unique in the tenant and category. Such as `mobile`. */
  displayName?: string;
  /** Its name, or its address at dev.azure.com. Such as `acme`. */
  azureOrganization?: string;
  /** Its name, with its spaces, or its id. Such as `Mobile App`. */
  azureProject?: string;
  /** For this one organization: tokens for all organizations end on 2026-12-01. From: dev.azure.com, User settings, Personal access tokens. Allowed to: Work Items: read and write; Project and Team: read. */
  azurePatToken?: string;
  /** Make an epic for every release. */
  autoCreateEpics?: boolean | null;
  /** What an epic is made from, a JSON object. */
  epicTemplate?: { [key: string]: Json } | null;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
  isActive?: boolean;
}

export interface AzureDevopsRotation {
  ticketSystemType?: 'AZURE_DEVOPS';
  /** For this one organization: tokens for all organizations end on 2026-12-01. From: dev.azure.com, User settings, Personal access tokens. Allowed to: Work Items: read and write; Project and Team: read. */
  azurePatToken?: string;
  /** The day its credential ends, if the provider does not say. Such as `2027-06-30`. */
  credentialExpiresAt?: string | null;
}

export interface AzureDevopsItem {
  name: string;
  type: 'azure-devops';
  active?: boolean;
  azureOrganization?: string;
  azureProject?: string;
  azurePatToken?: Source | 'keep';
  autoCreateEpics?: boolean | null;
  epicTemplate?: { [key: string]: Json } | null;
  credentialExpiresAt?: string | null;
}

export type TicketIntegration = JiraIntegration | LinearIntegration | AzureDevopsIntegration;

export type TicketCredentials = JiraCredentials | LinearCredentials | AzureDevopsCredentials;

export type TicketItem = JiraItem | LinearItem | AzureDevopsItem;

export type NewTicket = NewJira | NewLinear | NewAzureDevops;

export type TicketChanges = JiraChanges | LinearChanges | AzureDevopsChanges;

export type TicketRotation = JiraRotation | LinearRotation | AzureDevopsRotation;

/** Where a manifest says that a credential stands. */
export type Source = `env:${string}` | `file:${string}` | `value:${string}`;

export interface Manifest {
  scm?: readonly ScmItem[];
  targets?: readonly TargetItem[];
  pipelines?: readonly PipelineItem[];
  communication?: readonly CommunicationItem[];
  tickets?: readonly TicketItem[];
}

/** By category. */
export interface IntegrationTypes {
  scm: {
    new: NewScm;
    integration: ScmIntegration;
    credentials: ScmCredentials;
    changes: ScmChanges;
    rotation: ScmRotation;
  };
  target: {
    new: NewTarget;
    integration: TargetIntegration;
    credentials: TargetCredentials;
    changes: TargetChanges;
    rotation: TargetRotation;
  };
  pipeline: {
    new: NewPipeline;
    integration: PipelineIntegration;
    credentials: PipelineCredentials;
    changes: PipelineChanges;
    rotation: PipelineRotation;
  };
  communication: {
    new: NewCommunication;
    integration: CommunicationIntegration;
    credentials: CommunicationCredentials;
    changes: CommunicationChanges;
    rotation: CommunicationRotation;
  };
  ticket: {
    new: NewTicket;
    integration: TicketIntegration;
    credentials: TicketCredentials;
    changes: TicketChanges;
    rotation: TicketRotation;
  };
}
