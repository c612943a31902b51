import { Unfit } from '../../core/field.ts';
import { privateKey, text, token } from '../../core/field-builders.ts';
import { addressIn, notOneOf } from '../../core/pasted/address.ts';
import { defineProvider } from '../../core/provider.ts';
import { appStoreAnswers } from './answers.ts';
import { appStoreApi, verifyAppStore } from './api.ts';
import { appStoreEnvironment } from './environment.ts';
import { appStoreListings } from './listings.ts';

const whereToGet = 'App Store Connect, Users and Access, Integrations';
const tenCharacters = /^[A-Z0-9]{10}$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const appStore = defineProvider({
  name: 'app-store',
  title: 'App Store Connect',
  category: 'target',
  prefix: 'apple',
  apis: [appStoreApi],
  audience: () => [appStoreApi.base],
  verification: { checks: ['credential', 'resource', 'permission'], answers: appStoreAnswers, run: verifyAppStore },
  listings: appStoreListings,
  environment: appStoreEnvironment,
  listField: 'appleBundleId',
  fields: {
    appleApiKeyId: token({
      label: 'API key id',
      help: 'The ten characters next to the key, also in its file name',
      example: 'env:ASC_KEY_ID',
      whereToGet,
      madeAt: () => [{ address: 'https://appstoreconnect.apple.com/access/integrations/api' }],
      permissions: 'A role that may see the app and its builds, such as App Manager',
      unaddressed: true,
      pattern: tenCharacters,
      normalise: keyId,
      refuse: [[uuid, 'is a UUID, as issuer ids are; it belongs in appleIssuerId']],
    }),
    appleIssuerId: token({
      label: 'Issuer id',
      help: 'The UUID above the list of team keys; individual keys have none',
      example: 'env:ASC_ISSUER_ID',
      optional: true,
      asked: true,
      whereToGet,
      permissions: 'None of its own',
      unaddressed: true,
      pattern: uuid,
      normalise: notTheKey,
      refuse: [[tenCharacters, 'has ten characters, as key ids and team ids have; an issuer id is a UUID']],
    }),
    applePrivateKey: privateKey({
      label: 'Private key',
      help: 'The .p8 file; Apple lets you download it once',
      example: 'file:AuthKey_ABC123DEFG.p8',
      whereToGet,
      permissions: 'None of its own: those of its key id',
      key: {
        kind: 'ec-p256',
        name: 'App Store Connect keys',
        pkcs8Only: 'give the .p8 file as Apple made it ("PRIVATE KEY")',
      },
    }),
    appleBundleId: text({
      label: 'Bundle id',
      help: 'Of the app, as in App Store Connect',
      example: 'com.acme.app',
      // Apple's glossary, 'bundle ID'.
      pattern: /^[A-Za-z0-9.-]+$/,
      shape: 'letters, digits, "-" and "."',
      normalise: noPage,
      warn: oddBundleId,
    }),
    appleTeamId: text({
      label: 'Team id',
      help: 'Compared with the team of the app',
      example: 'ABCDE12345',
      optional: true,
      pattern: tenCharacters,
      shape: 'ten capital letters and digits',
    }),
  },
});

function noPage(given: string): string {
  if (addressIn(given)) throw notOneOf('bundle id', 'the bundle id from App Store Connect, the app, App Information');
  if (/^\d{9,10}$/.test(given))
    throw new Unfit('is the Apple ID of the app; its bundle id is next to it in App Information');
  return given;
}

/** The id, also out of the name of its file. */
function keyId(given: string): string {
  return /^(?:\S*[/\\])?(?:AuthKey|ApiKey)_([A-Z0-9]{10})\.p8$/.exec(given)?.[1] ?? notTheKey(given);
}

function notTheKey(value: string): string {
  if (value.startsWith('-----BEGIN')) throw new Unfit('is a private key; it belongs in applePrivateKey');
  return value;
}

function oddBundleId(id: string): string | undefined {
  if (/^[A-Z0-9]{10}\./.test(id))
    return 'The bundle id seems to start with a team id; App Store Connect shows it without.';
  if (!/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(id)) return 'A bundle id usually has parts, such as com.acme.app.';
  return undefined;
}
