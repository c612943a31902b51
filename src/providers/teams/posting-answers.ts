import type { AnswerTable } from '../../core/verification.ts';

const workflows = 'https://learn.microsoft.com/en-us/azure/logic-apps/logic-apps-securing-a-logic-app';
const copyAgain =
  'Look at the flow: who can trigger it must be anyone. Copy its URL again, and store it with "rotate".';
const another = 'A flow that is made anew has another URL: store that with "rotate".';

/** What a workflow answers in place of 202. */
export const postingAnswers = {
  'flow off': {
    status: 400,
    body: { 'error.code': 'WorkflowTriggerIsNotEnabled' },
    class: 'REVOKED',
    detail: 'the flow is switched off, or was deleted',
    hint: `Switch it on in Power Automate. ${another}`,
    source: 'microsoft/coe-starter-kit#8684',
  },
  'flow gone': {
    status: 404,
    class: 'REVOKED',
    detail: 'the flow is gone',
    hint: another,
    source: 'https://learn.microsoft.com/en-us/rest/api/logic/workflow-triggers/run',
  },
  'signature missing': {
    status: 401,
    body: { 'error.code': 'DirectApiAuthorizationRequired' },
    class: 'INVALID',
    detail: 'the flow takes no calls with this URL',
    hint: copyAgain,
    source: 'ericferon/glpi-webhook#51',
  },
  'signatures off': {
    status: 401,
    body: { 'error.code': 'DirectApiInvalidAuthorizationScheme' },
    class: 'PROVIDER_BLOCKED',
    detail: 'a policy takes no URLs with a signature, or the end of the URL is missing',
    hint: copyAgain,
    source: workflows,
  },
  'signature refused': {
    status: [401, 403],
    class: 'INVALID',
    detail: 'the flow does not accept the URL',
    hint: copyAgain,
    source: workflows,
  },
  'other form wanted': {
    status: 400,
    body: { 'error.code': 'TriggerInputSchemaMismatch' },
    class: 'MALFORMED',
    detail: 'the flow expects something else than a card',
    hint: 'Make the flow of the template "Send webhook alerts to a channel", and store its URL with "rotate".',
    source: 'laravel-notification-channels/microsoft-teams#42',
  },
  'too large': {
    status: 413,
    class: 'MALFORMED',
    detail: 'the message is too large for the flow',
    hint: 'Give fewer variables, or shorter ones.',
    source: 'MicrosoftDocs/msteams-docs#11274',
  },
} as const satisfies AnswerTable;
