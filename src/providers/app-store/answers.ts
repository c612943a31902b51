import { clockHint } from '../../core/reading.ts';
import type { Answer, AnswerTable } from '../../core/verification.ts';

const statusCodes = 'https://developer.apple.com/documentation/appstoreconnectapi/about-the-http-status-code';
const errorCodes = 'https://developer.apple.com/documentation/appstoreconnectapi/parsing-the-error-response-code';
const rateLimits = 'https://developer.apple.com/documentation/appstoreconnectapi/identifying-rate-limits';
const apiClient = 'https://github.com/fastlane/fastlane/blob/master/spaceship/lib/spaceship/connect_api/api_client.rb';

const acceptAgreement =
  'Have the account holder accept it in App Store Connect, Business, or at developer.apple.com/account.';
const renewMembership = "Have the account holder renew the team's membership at developer.apple.com/account.";
const newerVersion = 'Check for a newer version of integrations, and whether a proxy changes requests.';
const appleStatus = 'Try again in a few minutes; developer.apple.com/system-status shows longer outages.';

/** What the App Store Connect API answers. Its errors have a `code` in steps, from the general to the special. */
export const appStoreAnswers = {
  'refused while a clock is off': {
    status: 401,
    skewed: true,
    class: 'UNREACHABLE',
    detail: 'App Store Connect refuses the token: the clock that its times come from is wrong',
    hint: (answer) => clockHint(answer) ?? '',
    source: 'Ponytech/appstoreconnectapi#41',
  },
  'key refused': {
    status: 401,
    body: { 'errors.code': /^NOT_AUTHORIZED\b/ },
    class: 'INVALID',
    detail: 'App Store Connect does not accept the key id, the issuer id and the private key together',
    hint: 'Check that all three belong to the same key, that it is not an In-App Purchase key, and that it was not revoked. A team key needs its issuer id, an individual key has none.',
    source: 'egodigital/node-appstore-connect#3',
  },
  'agreements missing or expired': {
    status: 403,
    body: { 'errors.code': /^FORBIDDEN\.REQUIRED_AGREEMENTS/ },
    class: 'PROVIDER_BLOCKED',
    detail: 'an agreement with Apple is missing or has expired; the key itself is valid',
    hint: acceptAgreement,
    source: 'aau-giraf/weekplanner-OLDUI#736',
  },
  'licence agreement updated': {
    status: 403,
    body: { 'errors.code': /\.PLA_NOT_(ACCEPTED|VALID)$/ },
    class: 'PROVIDER_BLOCKED',
    detail: 'the Program License Agreement was updated and is not accepted yet; the key itself is valid',
    hint: acceptAgreement,
    source: 'Cap-go/capgo.app#2541',
  },
  'licence agreement without a code': {
    status: 403,
    body: { 'errors.code': 'FORBIDDEN', 'errors.detail': /Program License Agreement/i },
    class: 'PROVIDER_BLOCKED',
    detail: 'the latest Program License Agreement is not accepted; the key itself is valid',
    hint: acceptAgreement,
    source: 'AvdLee/appstoreconnect-swift-sdk#101',
  },
  'membership ended': {
    status: 403,
    body: { 'errors.detail': /not associated with an active membership/i },
    class: 'PROVIDER_BLOCKED',
    detail: "the team's membership of the Apple Developer Program has ended; the key itself is valid",
    hint: renewMembership,
    source: apiClient,
  },
  'membership of another kind': {
    status: 403,
    body: { 'errors.detail': /does not have a program membership that is eligible/i },
    class: 'PROVIDER_BLOCKED',
    detail: "the team's membership does not include this; the key itself is valid",
    hint: renewMembership,
    source: 'fastlane/fastlane#20190',
  },
  'team not in the program': {
    status: 403,
    body: { 'errors.detail': /unable to find a team with the given Content Provider/i },
    class: 'PROVIDER_BLOCKED',
    detail: 'Apple finds no Developer Program team for the account of the key',
    hint: 'Check that the key belongs to the team that has the app, and that its membership has not ended.',
    source: 'bitrise-steplib/steps-ios-auto-provision-appstoreconnect#14',
  },
  'key may not do this': {
    status: 403,
    body: { 'errors.code': 'FORBIDDEN_ERROR', 'errors.detail': /API key in use does not allow this/i },
    class: 'INSUFFICIENT',
    detail: 'the role of the key is too low',
    hint: 'Make a key with a role that may see the app and its builds, such as App Manager.',
    source: 'fastlane/fastlane#21544',
  },
  'operation not offered': {
    status: 403,
    body: { 'errors.code': /^FORBIDDEN/, 'errors.detail': /does not allow '[A-Z_]+'/ },
    class: 'UNREACHABLE',
    detail: 'App Store Connect no longer supports this request; the key itself is valid',
    hint: newerVersion,
    source: 'fastlane/fastlane#16952',
  },
  'forbidden without a reason': {
    status: 403,
    body: { 'errors.code': /^FORBIDDEN(_ERROR)?$/ },
    class: 'INSUFFICIENT',
    detail: 'App Store Connect does not let the key do this: its role is too low, or it cannot see the app',
    hint: 'Give the key a role that may see the app and its builds, such as App Manager, and check the membership.',
    source: statusCodes,
  },
  'no such resource': {
    status: 404,
    body: { 'errors.code': /^NOT_FOUND\b/ },
    proven: true,
    class: 'NOT_FOUND',
    detail: 'there is no such thing, or the key cannot see it',
    hint: 'Check --bundle-id, and what the key has access to.',
    source: 'AvdLee/appstoreconnect-swift-sdk#186',
  },
  'resource that is gone': {
    status: 410,
    proven: true,
    class: 'NOT_FOUND',
    detail: 'it is no longer there',
    hint: 'Check in App Store Connect whether the app was removed or transferred.',
    source: statusCodes,
  },
  'path unknown': {
    status: 404,
    body: { 'errors.code': /^PATH_ERROR\b/ },
    class: 'MALFORMED',
    detail: 'App Store Connect does not know the path',
    hint: 'Check INTEGRATIONS_APP_STORE_API_URL: it is the address without /v1; and check for a newer version of integrations.',
    source: 'fastlane/fastlane#21524',
  },
  'parameter refused': {
    status: 400,
    body: { 'errors.code': /^PARAMETER_ERROR\b/ },
    class: 'UNREACHABLE',
    detail: 'App Store Connect does not accept a parameter of the request',
    hint: newerVersion,
    source: 'AvdLee/appstoreconnect-swift-sdk#81',
  },
  'headers lost': {
    status: [400, 409, 422],
    body: { 'errors.code': /^ENTITY_(INVALID|ERROR|UNPROCESSABLE)\b/ },
    class: 'UNREACHABLE',
    detail: 'App Store Connect sees a body in the request that it cannot read',
    hint: 'Check whether a proxy changes the headers of requests.',
    source: errorCodes,
  },
  'state conflict': {
    status: 409,
    body: { 'errors.code': /^STATE_ERROR\b/ },
    class: 'UNREACHABLE',
    detail: 'App Store Connect does not answer this in the state that the app is in',
    hint: appleStatus,
    source: errorCodes,
  },
  'method refused': {
    status: 405,
    class: 'UNREACHABLE',
    detail: 'App Store Connect does not accept the method of the request',
    hint: newerVersion,
    source: statusCodes,
  },
  'media type not served': {
    status: 406,
    class: 'UNREACHABLE',
    detail: 'App Store Connect does not answer in a format that the request accepts',
    hint: newerVersion,
    source: statusCodes,
  },
  'media type not taken': {
    status: 415,
    class: 'UNREACHABLE',
    detail: 'App Store Connect does not accept the media type of the request',
    hint: newerVersion,
    source: statusCodes,
  },
  'hour used up': {
    status: 429,
    header: { 'x-rate-limit': /user-hour-rem:0\b/ },
    class: 'RATE_LIMITED',
    detail: 'App Store Connect is throttling: the key has used up its requests for this hour',
    hint: hourlyLimit,
    source: rateLimits,
  },
  'minute used up': {
    status: 429,
    header: { 'x-rate-limit': /user-minute-rem:0\b/ },
    class: 'RATE_LIMITED',
    detail: 'App Store Connect is throttling: the key has used up its requests for this minute',
    hint: 'Try again in a minute.',
    source: 'AvdLee/appstoreconnect-swift-sdk#227',
  },
  'told when to come back': {
    status: 429,
    header: { 'retry-after': /./ },
    class: 'RATE_LIMITED',
    detail: 'App Store Connect is throttling for a while',
    hint: 'Try again in a few minutes.',
    source: 'bitrise-io/go-xcode#256',
  },
  'too many requests': {
    status: 429,
    body: { 'errors.code': /^RATE_LIMIT_EXCEEDED\b/ },
    class: 'RATE_LIMITED',
    detail: 'App Store Connect is throttling',
    hint: 'Try again in a few minutes.',
    source: 'AvdLee/appstoreconnect-swift-sdk#239',
  },
  'fault in place of an answer': {
    status: 200,
    body: { statusCode: 'ERROR' },
    class: 'UNREACHABLE',
    detail: 'App Store Connect reports a temporary error',
    hint: appleStatus,
    source: apiClient,
  },
  'fault of Apple': {
    status: 500,
    body: { 'errors.code': /^UNEXPECTED_ERROR\b/ },
    class: 'UNREACHABLE',
    detail: 'App Store Connect has an internal error',
    hint: appleStatus,
    source: 'fastlane/fastlane#17886',
  },
  'fault that is no list of errors': {
    status: 500,
    body: { errors: /./ },
    class: 'UNREACHABLE',
    detail: 'App Store Connect has an internal error, and does not say which',
    hint: appleStatus,
    source: 'fastlane/fastlane#18431',
  },
  'request not processed': {
    status: 502,
    text: /Could not process this request/i,
    class: 'UNREACHABLE',
    detail: 'App Store Connect could not process the request',
    hint: appleStatus,
    source: 'fastlane/fastlane#19264',
  },
  'bad gateway': {
    status: 502,
    text: /Correlation Key/,
    page: true,
    class: 'UNREACHABLE',
    detail: "Apple's gateway got no good answer from App Store Connect",
    hint: appleStatus,
    source: 'fastlane/fastlane#13871',
  },
  'service unavailable': {
    status: 503,
    text: /<center>Apple<\/center>/i,
    page: true,
    class: 'UNREACHABLE',
    detail: 'App Store Connect is not available now',
    hint: appleStatus,
    source: 'fastlane/fastlane#29242',
  },
  'gateway timeout': {
    status: 504,
    text: /<center>Apple<\/center>/i,
    page: true,
    class: 'UNREACHABLE',
    detail: 'App Store Connect did not answer its own gateway in time',
    hint: appleStatus,
    source: apiClient,
  },
} as const satisfies AnswerTable;

/** `X-Rate-Limit: user-hour-lim:3500;user-hour-rem:0;` counts the last 60 minutes of a key. */
function hourlyLimit(answer: Answer): string {
  const limit = /user-hour-lim:(\d{1,9})/.exec(answer.header('x-rate-limit') ?? '')?.[1];
  return limit === undefined
    ? 'Try again in a few minutes.'
    : `The key may send ${limit} requests an hour; try again in a few minutes.`;
}
