import { providers } from '../../providers/index.ts';
import type { Topic } from './topic.ts';

const apis = new Map(providers.flatMap((provider) => provider.apis.map(({ base, variable }) => [variable, base])));

export const environment: Topic = {
  name: 'environment',
  summary: 'The environment variables that a command reads.',
  parts: [
    {
      text: 'A flag goes before its variable, a variable before the context ("integrations context"), the context before the default. An empty variable counts as unset. White space around a value is ignored.',
    },
    {
      title: 'The database',
      terms: [
        [
          'INTEGRATIONS_DATABASE_URL',
          'mysql://user@host:3306/name, with several hosts as user@a:3306,b:3306/name; or sqlite:/path/file.db. Without it, integrations.db in the data directory. ?ssl=verify checks the certificate (the default for other machines), ?ssl=require only encrypts, ?ssl=off does neither; ?ssl-ca=PATH names your own authority, ?socket=PATH a socket.',
        ],
        [
          'INTEGRATIONS_DATABASE_PASSWORD, INTEGRATIONS_DATABASE_PASSWORD_FILE, INTEGRATIONS_DATABASE_PASSWORD_COMMAND',
          'The password, to keep it out of the URL; a file that holds it; or a program that prints it within 30 seconds, run without a shell.',
        ],
      ],
    },
    {
      title: 'The encryption keys (integrations help keys)',
      terms: [
        [
          'INTEGRATIONS_KEYRING',
          'The keys: a JSON Web Key Set whose first key is the active one, or one base64 key of 32 bytes.',
        ],
        ['INTEGRATIONS_KEYRING_FILE', 'A file that holds them.'],
        ['INTEGRATIONS_KEYRING_COMMAND', 'A program that prints them within 30 seconds, run without a shell.'],
      ],
    },
    {
      title: 'Settings, as the flags of the same name',
      terms: [
        ['INTEGRATIONS_TENANT, INTEGRATIONS_ACCOUNT', 'The tenant to work in, and the account that makes the change.'],
        ['INTEGRATIONS_CONTEXT', 'The context: named settings.'],
        ['INTEGRATIONS_OUTPUT', 'table, json, jsonl, yaml, csv or name.'],
        ['INTEGRATIONS_NO_INPUT, CI', 'Never ask; a missing value is an error.'],
        [
          'INTEGRATIONS_CONFIG_DIR, INTEGRATIONS_DATA_DIR',
          "Where config.yaml and the embedded database are; the platform's own directories where they are not set.",
        ],
      ],
    },
    {
      title: 'The terminal',
      terms: [
        ['NO_COLOR, FORCE_COLOR', 'Without colour; with colour, also where there is no terminal.'],
        ['PAGER', 'The program that shows a long list: "less -FRX" where it is not set; empty or "cat" for none.'],
        ['TERM', 'With "dumb", questions are plain lines.'],
      ],
    },
    {
      title: 'The network',
      terms: [
        [
          'HTTPS_PROXY, NO_PROXY',
          'The proxy, with or without "http://", and the hosts that are reached without it. This machine never goes through one.',
        ],
        ['NODE_EXTRA_CA_CERTS', 'A file of certificates to trust as well.'],
        [
          'INTEGRATIONS_SMTP_URL, INTEGRATIONS_SMTP_PASSWORD',
          'The mail server, such as smtps://user@host:465, and its password. Without it mail is not checked by signing in.',
        ],
        ['INTEGRATIONS_DNS_SERVERS', 'The name servers that are asked for the mail hosts of a domain.'],
      ],
    },
    {
      title: "In place of a provider's API, such as a stand-in for tests; each run says so",
      terms: [
        ...[...apis].map(([variable, base]) => [variable, `In place of ${base}`] as const),
        ['INTEGRATIONS_SLACK_WEBHOOK_URL', 'In place of https://hooks.slack.com'],
      ].filter(([variable], index, all) => all.findIndex(([other]) => other === variable) === index) as [
        string,
        string,
      ][],
    },
    {
      title: 'In CI',
      terms: [['GITHUB_ACTIONS', 'Where it is set, errors of a manifest are annotations on its lines too.']],
    },
    {
      text: 'Credentials are given in variables whose names are yours: --access-token env:ACME_TOKEN, or accessToken: env:ACME_TOKEN in a manifest. Those that begin with INTEGRATIONS_ are refused there. No variable that begins with INTEGRATIONS_ reaches a program that is started, the pager among them.',
    },
  ],
};
