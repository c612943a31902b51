import { Unfit } from '../../core/field.ts';
import { list, text } from '../../core/field-builders.ts';
import { defineProvider } from '../../core/provider.ts';
import { emailAddress } from '../email-address.ts';
import { emailMessages } from './actions.ts';
import { emailVerification } from './verification.ts';

export const email = defineProvider({
  name: 'email',
  title: 'E-mail',
  titleInText: 'e-mail',
  category: 'communication',
  prefix: 'email',
  verification: emailVerification,
  actions: { message: emailMessages },
  listField: 'emailRecipients',
  fields: {
    emailRecipients: list({
      label: 'Recipients',
      flag: 'recipient',
      help: 'Who gets the messages',
      example: 'team@acme.test',
      entry: emailAddress,
    }),
    emailFromAddress: text({
      label: 'From',
      help: 'The sender, with a name if you like; the mail server must let you send as it',
      example: 'Acme Releases <releases@acme.test>',
      normalise: sender,
    }),
  },
});

/** `address` or `Name <address>`, the name in quotation marks where it has what would part addresses. */
function sender(given: string): string {
  const [, display = '', bracketed] = /^([^<>]*)<([^<>]*)>$/.exec(given) ?? [];
  if (bracketed === undefined) return emailAddress(given);
  const address = emailAddress(bracketed.trim());
  const name = display
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim();
  if (/["\\]/.test(name)) throw new Unfit('has a quotation mark or "\\" inside the name');
  if (name === '') return address;
  return /[()[\],:;@.]/.test(name) ? `"${name}" <${address}>` : `${name} <${address}>`;
}
