import type { appStoreAnswers } from '../../../src/providers/app-store/answers.ts';
import { ahead } from '../clock.ts';
import type { Examples } from '../provider-fixture.ts';
import type { Reply } from '../provider-server.ts';

function says(status: number, code: string, detail: string, headers: Record<string, string> = {}): Reply {
  const error = {
    id: 'TXF6QUVS6OY66YVUNINVLKXZFA',
    status: `${status}`,
    code,
    title: titles[status] ?? 'An error.',
    detail,
  };
  return { status, headers, json: { errors: [error] } };
}

const titles: Readonly<Record<number, string>> = {
  401: 'Authentication credentials are missing or invalid.',
  403: 'This request is forbidden for security reasons',
  404: 'The specified resource does not exist',
  429: 'The request rate limit has been reached.',
  500: 'An unexpected error occurred.',
};

function applePage(status: number, words: string): Reply {
  const body = `<html>\r\n<head><title>${status} ${words}</title></head>\r\n<body>\r\n<center><h1>${status} ${words}</h1></center>\r\n<hr><center>Apple</center>\r\n</body>\r\n</html>`;
  return { status, headers: { 'content-type': 'text/html' }, body };
}

const unauthorized = says(
  401,
  'NOT_AUTHORIZED',
  'Provide a properly configured and signed bearer token, and make sure that it has not expired. Learn more about Generating Tokens for API Requests https://developer.apple.com/go/?id=api-generating-tokens',
);
const plain = { 'content-type': 'text/plain' };
const tooMany =
  "We've received too many requests for this API. Please wait and try again or slow down your request rate.";
const builds = 'apple builds';

const examples: Examples<typeof appStoreAnswers> = {
  'refused while a clock is off': {
    answer: ahead(600, unauthorized),
    class: 'UNREACHABLE',
    hint: "This machine's clock is 10 min behind the provider's: set it first, then try again.",
  },
  'key refused': { answer: unauthorized, class: 'INVALID' },
  'agreements missing or expired': {
    answer: says(
      403,
      'FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED',
      'This request requires an in-effect agreement that has not been signed or has expired.',
    ),
    class: 'PROVIDER_BLOCKED',
  },
  'licence agreement updated': {
    answer: says(
      403,
      'FORBIDDEN_ERROR.PLA_NOT_ACCEPTED',
      "Unable to process request - PLA Update available. You currently don't have access to this membership resource. To resolve this issue, your team's Account Holder, Jane Doe, must agree to the latest Program License Agreement.",
    ),
    class: 'PROVIDER_BLOCKED',
  },
  'licence agreement without a code': {
    answer: says(
      403,
      'FORBIDDEN',
      "You currently don't have access to this resource. To resolve this issue, the Account Holder must agree to the latest Program License Agreement in their account on the Apple Developer website. https://developer.apple.com/account",
    ),
    class: 'PROVIDER_BLOCKED',
  },
  'membership ended': {
    answer: says(
      403,
      'FORBIDDEN_ERROR',
      "Team ID: 'ABCDE12345' is not associated with an active membership. To check your teams membership status, sign in your account on the developer website. https://developer.apple.com/account/",
    ),
    class: 'PROVIDER_BLOCKED',
  },
  'membership of another kind': {
    answer: says(
      403,
      'FORBIDDEN_ERROR',
      'The selected team does not have a program membership that is eligible for this feature.  If you need assistance, please contact Apple Developer Program Support. https://developer.apple.com/support',
    ),
    class: 'PROVIDER_BLOCKED',
  },
  'team not in the program': {
    answer: says(
      403,
      'FORBIDDEN_ERROR',
      "Unable to find a team with the given Content Provider ID '69a6de70-0000-47e3-e053-5b8c7c11a4d1' to which you belong. Please contact Apple Developer Program Support. https://developer.apple.com/support",
    ),
    class: 'PROVIDER_BLOCKED',
  },
  'key may not do this': {
    answer: says(403, 'FORBIDDEN_ERROR', 'The API key in use does not allow this request'),
    class: 'INSUFFICIENT',
    to: builds,
  },
  'operation not offered': {
    answer: says(
      403,
      'FORBIDDEN_ERROR',
      "The resource 'appStoreVersionLocalizations' does not allow 'GET_COLLECTION'. Allowed operations are: GET_INSTANCE, UPDATE",
    ),
    class: 'UNREACHABLE',
  },
  'forbidden without a reason': { answer: says(403, 'FORBIDDEN_ERROR', ''), class: 'INSUFFICIENT' },
  'no such resource': {
    answer: says(404, 'NOT_FOUND', "There is no resource of type 'apps' with id '1111'"),
    class: 'NOT_FOUND',
    to: builds,
    elsewhere: { 'apple apps': 'UNREACHABLE' },
  },
  'resource that is gone': {
    answer: { status: 410, json: {} },
    class: 'NOT_FOUND',
    to: builds,
    elsewhere: { 'apple apps': 'UNREACHABLE' },
  },
  'path unknown': {
    answer: says(404, 'PATH_ERROR', "The URL path is not valid - '/v1/apps/' is not a valid URL"),
    class: 'MALFORMED',
  },
  'parameter refused': {
    answer: says(400, 'PARAMETER_ERROR.ILLEGAL', "'prereleaseversion' is not a valid filter type"),
    class: 'UNREACHABLE',
  },
  'headers lost': { answer: says(400, 'ENTITY_INVALID', 'JSON processing failed'), class: 'UNREACHABLE' },
  'state conflict': {
    answer: says(409, 'STATE_ERROR', 'The request cannot be fulfilled because of the state of another resource.'),
    class: 'UNREACHABLE',
    to: builds,
  },
  'method refused': { answer: { status: 405, json: {} }, class: 'UNREACHABLE' },
  'media type not served': { answer: { status: 406, headers: plain, body: 'Not Acceptable' }, class: 'UNREACHABLE' },
  'media type not taken': { answer: { status: 415, json: {} }, class: 'UNREACHABLE' },
  'hour used up': {
    answer: says(429, 'RATE_LIMIT_EXCEEDED', tooMany, { 'x-rate-limit': 'user-hour-lim:3500;user-hour-rem:0;' }),
    class: 'RATE_LIMITED',
    hint: 'The key may send 3500 requests an hour; try again in a few minutes.',
  },
  'minute used up': {
    answer: says(429, 'RATE_LIMIT_EXCEEDED', tooMany, {
      'x-rate-limit': 'user-hour-lim:3500;user-hour-rem:2410;user-minute-lim:300;user-minute-rem:0;',
    }),
    class: 'RATE_LIMITED',
  },
  'told when to come back': {
    answer: says(429, 'RATE_LIMIT_EXCEEDED', tooMany, { 'retry-after': '3600' }),
    class: 'RATE_LIMITED',
    hint: 'Try again in 60 min.',
  },
  'too many requests': { answer: says(429, 'RATE_LIMIT_EXCEEDED', tooMany), class: 'RATE_LIMITED' },
  'fault in place of an answer': {
    answer: { json: { data: null, messages: { warn: null, error: ['Not Found'], info: null }, statusCode: 'ERROR' } },
    class: 'UNREACHABLE',
  },
  'fault of Apple': {
    answer: says(
      500,
      'UNEXPECTED_ERROR',
      'An unexpected error occurred on the server side. If this issue continues, contact us at https://developer.apple.com/contact/.',
    ),
    class: 'UNREACHABLE',
  },
  'fault that is no list of errors': {
    answer: { status: 500, json: { errors: 'Server Error' } },
    class: 'UNREACHABLE',
  },
  'request not processed': {
    answer: { status: 502, headers: plain, body: 'Could not process this request' },
    class: 'UNREACHABLE',
  },
  'bad gateway': {
    answer: {
      status: 502,
      headers: { 'content-type': 'text/html' },
      body: '<!DOCTYPE html>\n<html lang="en">\n<body>\n<div class="section">\n <h1>&#63743;</h1>\n\n <h3>Bad Gateway</h3>\n <p>Correlation Key: TGHKWJKO2LITS2DSDATRZZJAPE</p>\n</div>\n</body>\n</html>',
    },
    class: 'UNREACHABLE',
  },
  'service unavailable': { answer: applePage(503, 'Service Temporarily Unavailable'), class: 'UNREACHABLE' },
  'gateway timeout': { answer: applePage(504, 'Gateway Time-out'), class: 'UNREACHABLE' },
};

/** The team id is only compared: nothing hangs on how its request is answered. */
export const appStoreExamples = Object.fromEntries(
  Object.entries(examples).map(([name, example]) => [
    name,
    { ...example, elsewhere: { ...example.elsewhere, 'apple bundle ids': 'valid' as const } },
  ]),
);
