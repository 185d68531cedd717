// npm oauth4webapi 3, unmodified: low-level and strict, it checks every response that it reads.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import { Person } from './support/person.mjs'
import { API, REDIRECT, SECRET, anna, bo, seed } from './support/seed.mjs'
import { startUsher } from './support/server.mjs'

const http = { [oauth.allowInsecureRequests]: true }
const portal = { client_id: 'portal' }
const basic = oauth.ClientSecretBasic(SECRET)

let server
let as
before(async () => {
  server = await startUsher(seed)
  const issuer = new URL(server.issuer)
  as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, http))
})
after(() => server?.stop())

/** The code flow by hand, each step by the library's own checks. */
async function signIn(client, authentication, who, parameters = {}) {
  const verifier = oauth.generateRandomCodeVerifier()
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
  const url = new URL(as.authorization_endpoint)
  url.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: 'openid email customer permissions offline_access',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...parameters,
  })
  const answer = await new Person(server.issuer).authorize(url, who)
  const callback = oauth.validateAuthResponse(as, client, answer.form ?? answer.url, state)
  const response = await oauth.authorizationCodeGrantRequest(
    as, client, authentication, callback, REDIRECT, verifier, http,
  )
  const options = { expectedNonce: nonce, requireIdToken: true }
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, options)
  await oauth.validateApplicationLevelSignature(as, response, http)
  return tokens
}

test('the code flow passes every check, RS256', async () => {
  const tokens = await signIn(portal, basic, anna)
  const claims = oauth.getValidatedIdTokenClaims(tokens)
  assert.equal(claims.customer_code, 'ACME')
  const info = await oauth.userInfoRequest(as, portal, tokens.access_token, http)
  const who = await oauth.processUserInfoResponse(as, portal, claims.sub, info)
  assert.equal(who.email, anna.username)
})

test('the code flow passes every check, ES256 and a public client', async () => {
  const native = { client_id: 'native', id_token_signed_response_alg: 'ES256' }
  const tokens = await signIn(native, oauth.None(), bo)
  assert.equal(oauth.getValidatedIdTokenClaims(tokens).customer_code, 'BETA')
})

test('max_age puts auth_time into the ID token', async () => {
  const tokens = await signIn(portal, basic, anna, { max_age: '300' })
  assert.equal(typeof oauth.getValidatedIdTokenClaims(tokens).auth_time, 'number')
})

test('the access token is a JWT of RFC 9068 that an API can check by itself', async () => {
  const tokens = await signIn(portal, basic, anna)
  const request = new Request(API, { headers: { authorization: `Bearer ${tokens.access_token}` } })
  const claims = await oauth.validateJwtAccessToken(as, request, API, http)
  assert.equal(claims.client_id, 'portal')
  assert.equal(claims.customer_code, 'ACME')
  assert.deepEqual(claims.permissions, ['orders.create'])
})

test('refresh passes every check', async () => {
  const tokens = await signIn(portal, basic, anna)
  const response = await oauth.refreshTokenGrantRequest(as, portal, basic, tokens.refresh_token, http)
  const fresh = await oauth.processRefreshTokenResponse(as, portal, response)
  assert.equal(oauth.getValidatedIdTokenClaims(fresh).sub, oauth.getValidatedIdTokenClaims(tokens).sub)
  const reuse = await oauth.refreshTokenGrantRequest(as, portal, basic, fresh.refresh_token, http)
  await oauth.processRefreshTokenResponse(as, portal, reuse)
})

test('a wrong secret is answered as RFC 6749 says', async () => {
  const wrong = oauth.ClientSecretBasic('not the secret')
  const response = await oauth.refreshTokenGrantRequest(as, portal, wrong, 'whatever', http)
  await assert.rejects(oauth.processRefreshTokenResponse(as, portal, response), (error) => {
    assert.ok(error instanceof oauth.WWWAuthenticateChallengeError || error.error === 'invalid_client')
    assert.equal(error.status, 401)
    return true
  })
})

test('client credentials, EdDSA', async () => {
  const machine = { client_id: 'machine' }
  const response = await oauth.clientCredentialsGrantRequest(as, machine, basic, new URLSearchParams(), http)
  const tokens = await oauth.processClientCredentialsResponse(as, machine, response)
  const keys = createRemoteJWKSet(new URL(as.jwks_uri))
  const { payload, protectedHeader } = await jwtVerify(tokens.access_token, keys, { issuer: as.issuer, audience: API })
  assert.equal(protectedHeader.alg, 'EdDSA')
  assert.equal(payload.sub.endsWith('machine'), true)
})

test('introspection and revocation', async () => {
  const tokens = await signIn(portal, basic, anna)
  const introspect = async () => {
    const response = await oauth.introspectionRequest(as, portal, basic, tokens.access_token, http)
    return oauth.processIntrospectionResponse(as, portal, response)
  }
  assert.equal((await introspect()).active, true)
  await oauth.processRevocationResponse(await oauth.revocationRequest(as, portal, basic, tokens.access_token, http))
  assert.deepEqual(await introspect(), { active: false })
})
