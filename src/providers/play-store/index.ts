import { privateKey, text } from '../../core/field-builders.ts';
import { addressIn, notOneOf } from '../../core/pasted/address.ts';
import { type Bundle, defineProvider } from '../../core/provider.ts';
import { playStoreAnswers } from './answers.ts';
import { googleTokens, playStoreApi, verifyPlayStore } from './api.ts';
import { playStoreEnvironment } from './environment.ts';
import { readKeyFile } from './key-file.ts';

const serviceAccountJson: Bundle = {
  name: 'serviceAccountJson',
  flag: 'service-account-json',
  label: 'Service account JSON',
  help: 'The JSON key file of the service account; fills e-mail and key',
  fills: ['googleServiceAccountEmail', 'googlePrivateKey'],
  unpack(file) {
    const { client_email: email, private_key: key } = readKeyFile(file);
    return { googleServiceAccountEmail: email, googlePrivateKey: key };
  },
};

export const playStore = defineProvider({
  name: 'play-store',
  title: 'Google Play',
  category: 'target',
  prefix: 'google',
  apis: [playStoreApi, googleTokens],
  audience: () => [playStoreApi.base, googleTokens.base],
  verification: { checks: ['credential', 'resource', 'permission'], answers: playStoreAnswers, run: verifyPlayStore },
  bundles: [serviceAccountJson],
  environment: playStoreEnvironment,
  listField: 'googlePackageName',
  fields: {
    googleServiceAccountEmail: text({
      label: 'Service account e-mail',
      help: 'Of the service account that is invited in Play Console',
      example: 'release@acme.iam.gserviceaccount.com',
      pattern: /^[^\s@]+@([^\s@]+\.)?gserviceaccount\.com$/,
      shape: 'the e-mail of a service account',
      normalise: (email) => email.toLowerCase(),
      warn: (email) =>
        /^[a-z0-9-]+@[a-z0-9.:-]+\.iam\.gserviceaccount\.com$/.test(email)
          ? undefined
          : 'The e-mail does not look like that of a service account; it is used as it is.',
    }),
    googlePrivateKey: privateKey({
      label: 'Private key',
      help: 'The private_key of the JSON key file, or that file',
      example: 'file:service-account.json',
      whereToGet: 'Google Cloud console, Service accounts, Keys, Add key, JSON',
      madeAt: () => [{ address: 'https://console.cloud.google.com/iam-admin/serviceaccounts' }],
      permissions: 'Invited in Play Console; may see the app and manage its releases',
      key: { kind: 'rsa', name: 'service account keys' },
    }),
    googlePackageName: text({
      label: 'Package name',
      help: 'The application id; its first upload is made by hand in Play Console',
      example: 'com.acme.app',
      // Android's rules for application ids.
      pattern: /^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+$/,
      shape: 'two or more words of letters, digits and "_", with dots between',
      normalise: packageName,
    }),
  },
});

/** The name, or that in the address of the app's page in the store. */
function packageName(given: string): string {
  const address = addressIn(given);
  if (!address) return given;
  const id = address.hostname === 'play.google.com' ? address.searchParams.get('id') : null;
  if (id) return id;
  throw notOneOf('package name', 'the name under the title of the app in Play Console');
}
