import { Unfit } from '../core/field.ts';

// RFC 5321 'Dot-string' with the letters of RFC 6531; quoted local parts and bare host names are not taken.
const localPart = /^(?=.{1,64}$)[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const domain = /^([\p{L}\p{N}]([\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.)+[\p{L}\p{M}\p{N}-]{2,63}$/u;

/**
 * One address without a display name, its domain in lower case.
 * @throws Unfit
 */
export function emailAddress(text: string): string {
  const at = text.lastIndexOf('@');
  const [local, host] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1).toLowerCase()];
  if (text.length > 254 || !localPart.test(local) || !domain.test(host)) {
    throw new Unfit('must be an e-mail address, for example ops@acme.test');
  }
  return `${local}@${host}`;
}
