// Second factors as a person meets them: a passkey of Chromium's virtual authenticator, and an app's codes.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { accessible, fits, inProfile, launch, picture } from './support/chromium.mjs'
import { withAuthenticator } from './support/passkey.mjs'
import { anna, carl, fillIn, landed, startSite } from './support/site.mjs'

let browser
let site
before(async () => {
  site = await startSite()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await site?.stop()
})

const drive = (work, more = {}) => inProfile(browser, { origins: site.origins, ...more }, work)

/** The code of RFC 6238 for a secret in base32, so many steps from now. */
function totp(secret, ahead = 0) {
  const bits = [...secret.replaceAll(' ', '')]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead))
  const mac = createHmac('sha1', key).update(step).digest()
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

async function checked(page, name) {
  await accessible(page, name)
  const size = page.viewportSize()
  await page.setViewportSize({ width: 320, height: 800 })
  await fits(page, name)
  await page.setViewportSize(size)
  await picture(page, name)
}

test('a passkey is made on the way in, signs in alone, and is the second factor', () =>
  drive(async (page, context) => {
    const device = await withAuthenticator(page)
    await page.goto(site.authorize({ client_id: 'vault' }))
    await fillIn(page, anna)
    await page.locator('#factor-submit').waitFor()
    await checked(page, 'factor-enrol')
    await page.locator('input[name=method][value=passkey]').check()
    await page.locator('#factor-submit').click()
    await page.locator('#passkey-submit').waitFor()
    await checked(page, 'factor-enrol-passkey')
    await page.locator('#passkey-submit').click()
    await page.locator('#recovery-codes').waitFor()
    await checked(page, 'factor-recovery-codes')
    assert.ok(await page.locator('#recovery-copy').isVisible())
    assert.ok(await page.locator('#recovery-print').isVisible())
    await page.locator('#recovery-stored').click()
    await page.locator('#factor_name').waitFor()
    await checked(page, 'factor-name-passkey')
    await page.locator('#factor_name').fill('Work laptop')
    await page.locator('#passkey-name-submit').click()
    assert.ok((await landed(page, site)).get('code'))

    // With the password, then the passkey. Nobody touches the device before it is asked for.
    await device.present(false)
    await context.clearCookies()
    await page.goto(site.authorize({ client_id: 'vault', state: 'second' }))
    await fillIn(page, anna)
    await page.waitForURL((url) => url.pathname === '/signin/passkey')
    await checked(page, 'factor-passkey')
    await device.present(true)
    await page.locator('#passkey-submit').click()
    assert.equal((await landed(page, site)).get('state'), 'second')

    // With the passkey alone, from the menu of the name field: this device takes the first that is offered.
    await context.clearCookies()
    await page.goto(site.authorize({ client_id: 'vault', state: 'alone' }))
    assert.ok((await landed(page, site)).get('code'))

    // By the button, where one person is asked again.
    await page.goto(site.authorize({ client_id: 'vault', state: 'button', prompt: 'login' }))
    await page.locator('#passkey-submit').click()
    const answer = await landed(page, site)
    assert.equal(answer.get('state'), 'button')
    assert.ok(answer.get('code'))
  }))

test('a passkey that is not there says so, and the other way still works', () =>
  drive(async (page) => {
    await withAuthenticator(page)
    await page.goto(site.authorize())
    await page.locator('#passkey-submit').click()
    await page.locator('#passkey-form [role=status]:not(:empty)').waitFor()
    await fillIn(page, anna)
    // Anna has a passkey on another device, and recovery codes.
    await page.locator('#other-way').click()
    await checked(page, 'factor-choose')
    await page.locator('input[name=method][value=recovery]').check()
    await page.locator('#factor-submit').click()
    await page.locator('#code').waitFor()
    await checked(page, 'factor-recovery')
  }))

test('an app is set up from the secret on the page and asked for its code, without JavaScript', () =>
  drive(
    async (page, context) => {
      const request = { client_id: 'vault', scope: 'openid' }
      await page.goto(site.authorize(request))
      await fillIn(page, carl)
      await page.locator('input[name=method][value=totp]').check()
      await page.locator('#factor-submit').click()
      const secret = await page.locator('#totp-secret').innerText()
      assert.ok(await page.locator('#totp-qr svg').isVisible())
      await picture(page, 'factor-enrol-totp')
      await page.locator('#code').fill(totp(secret))
      await page.locator('#totp-submit').click()
      const codes = await page.locator('#recovery-codes li').allInnerTexts()
      assert.equal(codes.length, 10)
      assert.ok(!(await page.locator('#recovery-copy').isVisible()))
      const [file] = await Promise.all([page.waitForEvent('download'), page.locator('#recovery-download').click()])
      const kept = await readFile(await file.path(), 'utf8')
      assert.ok(codes.every((code) => kept.includes(code)), kept)
      await page.locator('#recovery-stored').click()
      assert.ok((await landed(page, site)).get('code'))

      await context.clearCookies()
      await page.goto(site.authorize({ ...request, state: 'again' }))
      await fillIn(page, carl)
      await page.locator('#code').fill('000000')
      await page.locator('#code-submit').click()
      await page.locator('#error-summary').waitFor()
      assert.equal(await page.evaluate(() => document.activeElement.id), 'error-summary')
      await picture(page, 'factor-code')
      await page.locator('#code').fill(totp(secret, 1))
      await page.locator('#code-submit').click()
      assert.equal((await landed(page, site)).get('state'), 'again')
    },
    { javaScriptEnabled: false },
  ))
