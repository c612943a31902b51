import {
  atFile,
  credential,
  folderOf,
  pathOf,
  plain,
  type ToolEnvironment,
  type ToolFile,
} from '../../core/tool-environment.ts';

/** What release tools read. Facts: fastlane d5347690, codemagic cli-tools 139170ec, eas-cli 790231ea. */

/** fastlane, spaceship/lib/spaceship/connect_api/token.rb; without an issuer the key is an individual one. */
const keyJson: ToolFile = {
  fields: ['appleApiKeyId', 'appleIssuerId', 'applePrivateKey'],
  name: () => 'app_store_connect_api_key.json',
  content: ({ secret, has }) =>
    JSON.stringify({
      key_id: secret('appleApiKeyId'),
      ...(has('appleIssuerId') ? { issuer_id: secret('appleIssuerId') } : {}),
      key: pem(secret('applePrivateKey')),
    }),
};

/** altool and iTMSTransporter look for it by this name. */
const keyFile: ToolFile = {
  fields: ['appleApiKeyId', 'applePrivateKey'],
  name: ({ secret }) => `AuthKey_${secret('appleApiKeyId').replace(/[^A-Za-z0-9]/g, '')}.p8`,
  content: ({ secret }) => pem(secret('applePrivateKey')),
};

function pem(key: string): string {
  return `${key.trimEnd()}\n`;
}

const appIdentifiers = ['PILOT', 'DELIVER', 'SIGH', 'MATCH'].map((tool) => `${tool}_APP_IDENTIFIER`);
const fastlaneIssuers = ['APP_STORE_CONNECT_API_KEY_ISSUER_ID', 'SPACESHIP_CONNECT_API_ISSUER_ID'];
const fastlaneKeys = ['APP_STORE_CONNECT_API_KEY_KEY', 'APP_STORE_CONNECT_API_KEY_IS_KEY_CONTENT_BASE64'];

export const appStoreEnvironment: ToolEnvironment = (row) => [
  // fastlane. It may take an Apple ID in the place of the key, and an individual key for one of another's issuer.
  pathOf(keyJson, 'APP_STORE_CONNECT_API_KEY_PATH', {
    replaces: row.has('appleIssuerId') ? [] : fastlaneIssuers,
    rivals: ['FASTLANE_USER', 'FASTLANE_SESSION'],
  }),
  ...credential(row, 'APP_STORE_CONNECT_API_KEY_KEY_ID', 'appleApiKeyId'),
  ...credential(row, 'APP_STORE_CONNECT_API_KEY_ISSUER_ID', 'appleIssuerId'),
  pathOf(keyFile, 'APP_STORE_CONNECT_API_KEY_KEY_FILEPATH', { replaces: fastlaneKeys }),
  ...credential(row, 'SPACESHIP_CONNECT_API_KEY_ID', 'appleApiKeyId'),
  ...credential(row, 'SPACESHIP_CONNECT_API_ISSUER_ID', 'appleIssuerId'),
  pathOf(keyFile, 'SPACESHIP_CONNECT_API_KEY_FILEPATH', { replaces: ['SPACESHIP_CONNECT_API_KEY'] }),
  ...plain(row, 'FASTLANE_TEAM_ID', 'appleTeamId'),
  ...appIdentifiers.flatMap((name) => plain(row, name, 'appleBundleId')),
  // Apple's own.
  folderOf(keyFile, 'API_PRIVATE_KEYS_DIR'),
  // codemagic, which takes no individual keys.
  ...(row.has('appleIssuerId')
    ? [
        ...credential(row, 'APP_STORE_CONNECT_ISSUER_ID', 'appleIssuerId'),
        ...credential(row, 'APP_STORE_CONNECT_KEY_IDENTIFIER', 'appleApiKeyId'),
        atFile(keyFile, 'APP_STORE_CONNECT_PRIVATE_KEY'),
      ]
    : []),
  // EAS.
  pathOf(keyFile, 'EXPO_ASC_API_KEY_PATH', { replaces: row.has('appleIssuerId') ? [] : ['EXPO_ASC_ISSUER_ID'] }),
  ...credential(row, 'EXPO_ASC_KEY_ID', 'appleApiKeyId'),
  ...credential(row, 'EXPO_ASC_ISSUER_ID', 'appleIssuerId'),
  ...plain(row, 'EXPO_APPLE_TEAM_ID', 'appleTeamId'),
  ...plain(row, 'BUNDLE_ID', 'appleBundleId'),
];
