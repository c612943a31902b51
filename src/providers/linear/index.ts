import { Unfit } from '../../core/field.ts';
import { text, token } from '../../core/field-builders.ts';
import { addressIn, notOneOf, pathOf } from '../../core/pasted/address.ts';
import { defineProvider } from '../../core/provider.ts';
import { linearTickets } from './actions.ts';
import { linearAnswers } from './answers.ts';
import { linearApi, uuid, verifyLinear } from './api.ts';
import { linearEnvironment } from './environment.ts';
import { linearListings } from './listings.ts';

export const linear = defineProvider({
  name: 'linear',
  title: 'Linear',
  category: 'ticket',
  prefix: 'linear',
  apis: [linearApi],
  audience: () => [linearApi.base],
  verification: { checks: ['credential', 'resource', 'permission'], answers: linearAnswers, run: verifyLinear },
  actions: { ticket: linearTickets },
  listings: linearListings,
  environment: linearEnvironment,
  listField: 'linearTeamId',
  fields: {
    linearApiKey: token({
      label: 'API key',
      help: 'A personal API key (lin_api_)',
      example: 'env:LINEAR_API_KEY',
      whereToGet: 'Linear, Settings, Security and access, Personal API keys',
      permissions: 'Read and Write, on the team',
      madeAt: () => [{ address: 'https://linear.app/settings/account/security' }],
      // trufflehog's Linear detector.
      pattern: /^lin_api_[A-Za-z0-9]{40}$/,
      refuse: [[/^lin_wh_/, 'is the signing secret of a webhook (lin_wh_); give an API key (lin_api_)']],
    }),
    linearTeamId: text({
      label: 'Team',
      help: 'Id of the team, or its key: the part before the "-" in its issues',
      example: 'MOB',
      pattern: /^[A-Za-z0-9-]+$/,
      shape: 'the id or key of a team',
      normalise: teamOf,
      warn: (id) =>
        uuid.test(id) || /^[A-Z][A-Z0-9]{0,6}$/.test(id)
          ? undefined
          : 'The team looks neither like an id (UUID) nor like a key (MOB).',
    }),
    linearDefaultProjectId: text({
      label: 'Default project',
      help: 'Id of the project, or the last part of its address',
      example: 'mobile-releases-1a2b3c4d5e6f',
      optional: true,
      pattern: /^[^\s/]+$/,
      shape: 'the id of a project, or the last part of its address',
      normalise: projectOf,
    }),
  },
});

/** The team in an address of Linear: of the team, of its pages, or of one of its issues (Linear docs, 'Teams'). */
function teamOf(given: string): string {
  const address = addressIn(given);
  if (!address) {
    if (/^[A-Z][A-Z0-9]*-\d+$/.test(given)) throw new Unfit('is an issue; the team is what comes before the "-"');
    return given;
  }
  const [, kind, name] = pathOf(address);
  const key = kind === 'team' ? name : kind === 'issue' ? name?.replace(/-\d+$/, '') : undefined;
  if (address.hostname === 'linear.app' && key) return key;
  throw notOneOf('team', 'the key of the team, which comes before the "-" in its issue keys');
}

function projectOf(given: string): string {
  const address = addressIn(given);
  if (!address) return given;
  const [, kind, name] = pathOf(address);
  if (address.hostname === 'linear.app' && kind === 'project' && name) return name;
  throw notOneOf('project', 'the address of the project itself');
}
