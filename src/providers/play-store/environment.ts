import { atFile, contentOf, pathOf, plain, type ToolEnvironment, type ToolFile } from '../../core/tool-environment.ts';

/** What release tools read. Facts: fastlane d5347690 (supply/options.rb), codemagic cli-tools 139170ec, gradle-play-publisher 2684cef3. */

/**
 * The file that Google makes for a service account, in one line. Its key's id and its client's id are not known: the clients of Java and
 * of oauth2client want them there, and the key's id goes to Google as `kid`, which takes any (google-cloud-cpp issue 5220).
 */
const keyFile: ToolFile = {
  fields: ['googleServiceAccountEmail', 'googlePrivateKey'],
  name: () => 'service_account.json',
  content: ({ text, secret }) => {
    const email = text('googleServiceAccountEmail') ?? '';
    return JSON.stringify({
      type: 'service_account',
      project_id: /@([^.]+)\.iam\.gserviceaccount\.com$/.exec(email)?.[1] ?? '',
      private_key_id: 'unknown',
      private_key: `${secret('googlePrivateKey').trimEnd()}\n`,
      client_email: email,
      client_id: '0',
      auth_uri: 'https://accounts.google.com/o/oauth2/auth',
      token_uri: 'https://oauth2.googleapis.com/token',
      auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
    });
  },
  note: 'private_key_id is "unknown" and client_id "0": they are not stored',
};

export const playStoreEnvironment: ToolEnvironment = (row) => [
  // fastlane's supply.
  pathOf(keyFile, 'SUPPLY_JSON_KEY', { replaces: ['SUPPLY_JSON_KEY_DATA', 'SUPPLY_KEY', 'SUPPLY_ISSUER'] }),
  ...plain(row, 'SUPPLY_PACKAGE_NAME', 'googlePackageName'),
  // gradle-play-publisher, which takes no path.
  contentOf(keyFile, 'ANDROID_PUBLISHER_CREDENTIALS'),
  // codemagic.
  atFile(keyFile, 'GOOGLE_PLAY_SERVICE_ACCOUNT_CREDENTIALS'),
  ...plain(row, 'PACKAGE_NAME', 'googlePackageName'),
];
