import { deflateSync, gzipSync } from 'node:zlib';

/** What happens to a text that is undamaged all the same, by what it is called. */
export const wraps: Readonly<Record<string, (text: string) => string>> = {
  'quotation marks': (text) => `"${text}"`,
  apostrophes: (text) => `'${text}'`,
  backticks: (text) => `\`${text}\``,
  'curly quotation marks': (text) => `“${text}”`,
  'the end of a member of JSON': (text) => `"${text.replaceAll('\n', '\\n')}",`,
  'the escapes of a shell': (text) =>
    `$'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`,
  'literal \\n': (text) => text.replaceAll('\n', '\\n'),
  'literal \\r\\n': (text) => text.replaceAll('\n', '\\r\\n'),
  'a string of JSON': (text) => JSON.stringify(text),
  'a string of JSON without its marks': (text) => JSON.stringify(text).slice(1, -1),
  'a string of JSON with escaped slashes': (text) => JSON.stringify(text).replaceAll('/', '\\/'),
  'a member of JSON': (text) => JSON.stringify({ key_id: 'ABC123DEFG', key: text, in_house: false }, null, 2),
  'a list of lines in JSON': (text) => JSON.stringify(text.split('\n')),
  'an env file': (text) => `PRIVATE_KEY="${text.replaceAll('\n', '\\n')}"`,
  'export of a shell': (text) => `export PRIVATE_KEY='${text}'\n`,
  'a block of YAML': (text) => `private_key: |\n${indented(text, '    ')}`,
  CRLF: (text) => text.replace(/\r?\n/g, '\r\n'),
  CR: (text) => text.replaceAll('\n', '\r'),
  'line separators of Unicode': (text) => text.replaceAll('\n', '\u2028'),
  'white space around': (text) => `\n\t ${text}\n \n`,
  indentation: (text) => indented(text, '      '),
  tabs: (text) => indented(text, '\t\t'),
  'empty lines between': (text) => text.replaceAll('\n', '\n\n'),
  'a byte-order mark': (text) => `\ufeff${text}`,
  'no-break spaces': (text) => text.replaceAll(' ', '\u00a0'),
  'zero-width spaces': (text) => text.replace(/(.{20})/g, '$1\u200b'),
  'full-width letters': (text) => text.replace(/[!-~]/g, (each) => String.fromCharCode(each.charCodeAt(0) + 0xfee0)),
  'UTF-16 read as bytes': (text) => [...text].map((each) => `${each}\0`).join(''),
  'the colours of a terminal': (text) => text.replace(/^/gm, '\u001b[32m').replace(/$/gm, '\u001b[0m'),
  'a block of Markdown': (text) => `\`\`\`pem\n${text}\n\`\`\``,
  'a quotation in mail': (text) => text.replace(/^/gm, '> '),
  'numbered lines': (text) =>
    text
      .split('\n')
      .map((line, index) => `${`${index + 1}`.padStart(6)}\t${line}`)
      .join('\n'),
  'quoted-printable': (text) => text.replaceAll('=', '=3D').replace(/(.{60})(?=.)/g, '$1=\n'),
  'percent-encoding': (text) => encodeURIComponent(text),
  'the value of a form': (text) => new URLSearchParams({ key: text }).toString().slice('key='.length),
  'the entities of HTML': (text) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('"', '&quot;')
      .replaceAll('+', '&#43;')
      .replaceAll('/', '&#x2F;')
      .replaceAll('\n', '&#10;'),
  'line breaks of HTML': (text) => text.replaceAll('\n', '<br>'),
  base64: (text) => Buffer.from(text).toString('base64'),
  'base64 in lines': (text) =>
    (
      Buffer.from(text)
        .toString('base64')
        .match(/.{1,76}/g) ?? []
    ).join('\n'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64 of UTF-16': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').toString('base64'),
  'gzip in base64': (text) => gzipSync(text).toString('base64'),
  'zlib in base64': (text) => deflateSync(text).toString('base64'),
  'the address of data': (text) => `data:application/x-pem-file;base64,${Buffer.from(text).toString('base64')}`,
  hexadecimal: (text) => Buffer.from(text).toString('hex'),
};

function indented(text: string, by: string): string {
  return text.replace(/^(?=.)/gm, by);
}

/** What only a key survives: it shows in what it holds where its lines begin and end. */
export const keyWraps: Readonly<Record<string, (pem: string) => string>> = {
  'blanks for line breaks': (pem) => pem.trim().replaceAll('\n', ' '),
  'every blank a line break': (pem) => pem.replaceAll(' ', '\n'),
  'nothing for line breaks': (pem) => pem.replaceAll('\n', ''),
  'no white space at all': (pem) => pem.replace(/\s/g, ''),
  'commas for line breaks': (pem) => pem.trim().replaceAll('\n', ','),
  'another length of lines': (pem) => pem.replace(/([A-Za-z0-9+/]{19})/g, '$1\n'),
  'dashes made typographic': (pem) => pem.replaceAll('-----', '—–'),
  'small letters in its first and last line': (pem) => pem.replace(/-----.*?-----/g, (line) => line.toLowerCase()),
  'its body alone': (pem) => pem.replace(/-----.*?-----/g, '').trim(),
  'its first line missing': (pem) => pem.slice(pem.indexOf('\n') + 1),
  'its last line missing': (pem) => pem.replace(/-----END.*/, ''),
  'text before and after': (pem) => `Bag Attributes\n    localKeyID: 01\n${pem}\nmade on Friday\n`,
};
