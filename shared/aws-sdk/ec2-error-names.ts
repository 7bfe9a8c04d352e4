/** The errors of EC2's API reference that are about who asks, some of which come with 400; and its throttling, with 503. */
export const EC2_ERROR_NAMES = {
  denied: [
    'AuthFailure',
    'Blocked',
    'CredentialsProviderError',
    'ExpiredToken',
    'IncompleteSignature',
    'InvalidClientTokenId',
    'MissingAuthenticationToken',
    'OptInRequired',
    'PendingVerification',
    'RequestExpired',
    'SignatureDoesNotMatch',
    'TokenProviderError',
    'UnauthorizedOperation',
  ],
  throttled: ['RequestLimitExceeded', 'Throttling', 'ThrottlingException'],
} as const;
