import { writeFileSync } from 'node:fs';
import { GoogleAuth } from 'google-auth-library';

/* What a release tool does with a service account, as far as it needs no Google for that: it reads it, and signs a token. */

async function authorization(options) {
  const client = await new GoogleAuth(options).getClient();
  const headers = await client.getRequestHeaders('https://androidpublisher.googleapis.com/');
  return headers.get('authorization');
}

const { SUPPLY_JSON_KEY: keyFile, ANDROID_PUBLISHER_CREDENTIALS: content } = process.env;
const tokens = [
  await authorization({ keyFile }),
  await authorization({ credentials: JSON.parse(content) }),
  // From GOOGLE_APPLICATION_CREDENTIALS.
  await authorization({}),
];
writeFileSync(process.argv[2], JSON.stringify(tokens));
