import { Unfit } from '../../core/field.ts';
import { jsonObjectIn } from '../../core/pasted/json.ts';

/** What is needed of the JSON key file of a service account. */
export interface KeyFile {
  client_email: string;
  private_key: string;
}

const wanted = 'give the JSON key file of a service account';
const lacking = `has no "client_email" or no "private_key"; ${wanted}`;

/** @throws Unfit that says what the text is instead; nothing of it is quoted */
export function readKeyFile(text: string): KeyFile {
  const file = jsonObjectIn(text);
  if (!file) throw new Unfit(noJson(text.trim()));
  const { type, client_email, private_key } = file;
  if ('installed' in file || 'web' in file) {
    throw new Unfit(`is the file of an OAuth client: it has no "client_email"; ${wanted}`);
  }
  if (type === 'external_account') {
    throw new Unfit(`is a workload identity configuration, which holds no key; its "type" must be "service_account"`);
  }
  if (type !== undefined && type !== 'service_account') {
    throw new Unfit('is a JSON file of another kind; its "type" must be "service_account"');
  }
  if (typeof client_email !== 'string' || typeof private_key !== 'string') {
    throw new Unfit(lacking);
  }
  return { client_email, private_key };
}

function noJson(text: string): string {
  if (text === 'null' || text.startsWith('[')) return lacking;
  if (text.startsWith('{')) {
    return text.endsWith('}')
      ? `is not JSON: quotation marks or commas are missing; ${wanted}`
      : `is not JSON, but the beginning of it: its end is missing; ${wanted}`;
  }
  if (text.endsWith('}')) return `is not JSON, but the end of it: its beginning is missing; ${wanted}`;
  if (text.startsWith('-----BEGIN')) return `is not JSON, but a key alone; it belongs in googlePrivateKey`;
  if (/\.json["']?$/i.test(text) && text.length < 400) return `is not JSON, but the name of a file; give file:PATH`;
  return `is not JSON; ${wanted}`;
}
