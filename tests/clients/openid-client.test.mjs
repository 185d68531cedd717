// npm openid-client 6, unmodified: the library behind most Node portals.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as client from 'openid-client'
import { Person } from './support/person.mjs'
import { API, REDIRECT, SECRET, SIGNED_OUT, anna, bo, seed } from './support/seed.mjs'
import { startUsher } from './support/server.mjs'

const INSECURE = { execute: [client.allowInsecureRequests] }
const SCOPE = 'openid profile email customer permissions offline_access'

let server
before(async () => {
  server = await startUsher(seed)
})
after(() => server?.stop())

const discover = (id, authentication) =>
  client.discovery(new URL(server.issuer), id, undefined, authentication, INSECURE)
const portal = () => discover('portal', client.ClientSecretBasic(SECRET))

/** An authorization request with everything that a careful portal sends, and what it must keep for the answer. */
async function request(config, parameters = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()]
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT,
    scope: SCOPE,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...parameters,
  })
  return { url, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } }
}

/** Signs a person in and returns what the portal gets. */
async function signIn(config, who, person = new Person(server.issuer), parameters = {}) {
  const { url, checks } = await request(config, parameters)
  const answer = await person.authorize(url, who)
  const landed = answer.form ? new Request(answer.url, { method: 'POST', body: answer.form }) : answer.url
  return client.authorizationCodeGrant(config, landed, checks)
}

test('discovery describes this issuer', async () => {
  const metadata = (await portal()).serverMetadata()
  assert.equal(metadata.issuer, server.issuer)
  assert.equal(metadata.supportsPKCE(), true)
  assert.equal(metadata.authorization_response_iss_parameter_supported, true)
})

test('discovery works at the OAuth 2.0 place too', async () => {
  const options = { ...INSECURE, algorithm: 'oauth2' }
  const config = await client.discovery(
    new URL(server.issuer), 'portal', undefined, client.ClientSecretBasic(SECRET), options,
  )
  assert.equal(config.serverMetadata().issuer, server.issuer)
})

test('code and PKCE sign a person in, UserInfo says who and for which customer', async () => {
  const config = await portal()
  const tokens = await signIn(config, anna)
  const claims = tokens.claims()
  assert.equal(claims.aud, 'portal')
  assert.equal(claims.acr, 'urn:usher:acr:pwd')
  assert.deepEqual(claims.amr, ['pwd'])
  assert.equal(claims.customer_code, 'ACME')
  const info = await client.fetchUserInfo(config, tokens.access_token, claims.sub)
  assert.equal(info.email, anna.username)
  assert.equal(info.email_verified, true)
  assert.equal(info.name, 'Anna Berg')
  assert.deepEqual(info.permissions, ['orders.create'])
})

test('a person with two companies chooses one', async () => {
  const tokens = await signIn(await portal(), bo)
  assert.equal(tokens.claims().customer_code, 'BETA')
})

test('form_post carries the answer in a form', async () => {
  const tokens = await signIn(await portal(), anna, new Person(server.issuer), { response_mode: 'form_post' })
  assert.equal(tokens.claims().customer_code, 'ACME')
})

test('client_secret_post and an opaque access token work as well', async () => {
  const config = await discover('poster', client.ClientSecretPost(SECRET))
  const tokens = await signIn(config, anna)
  assert.equal(tokens.access_token.split('.').length < 3, true)
  const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
  assert.equal(info.email, anna.username)
})

test('a public client signs in with PKCE alone', async () => {
  const tokens = await signIn(await discover('native', client.None()), anna)
  assert.equal(tokens.claims().customer_code, 'ACME')
})

test('a refusal comes back as access_denied', async () => {
  const config = await portal()
  const { url, checks } = await request(config, { prompt: 'consent' })
  const answer = await new Person(server.issuer).authorize(url, { ...anna, consent: false })
  await assert.rejects(client.authorizationCodeGrant(config, answer.url, checks), { error: 'access_denied' })
})

test('refresh keeps who and where', async () => {
  const config = await portal()
  const first = await signIn(config, bo)
  const second = await client.refreshTokenGrant(config, first.refresh_token)
  assert.notEqual(second.refresh_token, first.refresh_token)
  assert.equal(second.claims().sub, first.claims().sub)
  assert.equal(second.claims().auth_time, first.claims().auth_time)
  assert.equal(second.claims().customer_code, 'BETA')
})

test('introspection answers the API that the token is meant for', async () => {
  const tokens = await signIn(await portal(), anna)
  const api = await discover('api', client.ClientSecretBasic(SECRET))
  const answer = await client.tokenIntrospection(api, tokens.access_token)
  assert.equal(answer.active, true)
  assert.equal(answer.aud, API)
  assert.equal(answer.client_id, 'portal')
  assert.equal(answer.customer_code, 'ACME')
})

test('revoking the refresh token ends the whole grant', async () => {
  const config = await portal()
  const tokens = await signIn(config, anna)
  await client.tokenRevocation(config, tokens.refresh_token)
  await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), { error: 'invalid_grant' })
  const answer = await client.tokenIntrospection(config, tokens.access_token)
  assert.deepEqual(answer, { active: false })
})

test('end session signs out and comes back', async () => {
  const config = await portal()
  const person = new Person(server.issuer)
  const tokens = await signIn(config, anna, person)
  const url = client.buildEndSessionUrl(config, {
    post_logout_redirect_uri: SIGNED_OUT,
    id_token_hint: tokens.id_token,
    state: 'see you',
  })
  const { left } = await person.open(url)
  assert.equal(left.origin + left.pathname, SIGNED_OUT)
  assert.deepEqual([...left.searchParams], [['state', 'see you']])
  const { url: silent, checks } = await request(config, { prompt: 'none' })
  const answer = await person.authorize(silent, anna)
  await assert.rejects(client.authorizationCodeGrant(config, answer.url, checks), { error: 'login_required' })
})

test('a machine gets a token of its own', async () => {
  const tokens = await client.clientCredentialsGrant(await discover('machine', client.ClientSecretBasic(SECRET)))
  assert.equal(tokens.token_type, 'bearer')
  assert.equal(tokens.refresh_token, undefined)
})
