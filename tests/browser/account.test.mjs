// The pages of the account as a person meets them: with and without JavaScript, wide and narrow, by keyboard.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible, fits, inProfile, launch, picture } from './support/chromium.mjs'
import { withAuthenticator } from './support/passkey.mjs'
import { anna, bo, carl, fillIn, startSite } from './support/site.mjs'

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

async function checked(page, name) {
  await accessible(page, name)
  const size = page.viewportSize()
  await page.setViewportSize({ width: 320, height: 800 })
  await fits(page, name)
  await page.setViewportSize(size)
  await picture(page, name)
}

/** Signs somebody in at a page of the account. */
async function enter(page, person, path) {
  await page.goto(`${site.issuer}${path}`)
  await fillIn(page, person)
  await page.waitForURL((url) => url.pathname === path)
}

test('every page of the account is reached from the menu and accessible', () =>
  drive(async (page) => {
    await enter(page, bo, '/account')
    const paths = await page.locator('nav.sections a').evaluateAll((all) => all.map((link) => link.getAttribute('href')))
    assert.ok(paths.length >= 9, `${paths.length} pages`)
    for (const path of paths) {
      await page.locator(`nav.sections a[href="${path}"]`).click()
      await page.waitForURL((url) => url.pathname === path)
      assert.equal(await page.locator('nav.sections a[aria-current=page]').getAttribute('href'), path)
      await checked(page, `account${path.replace('/account', '').replaceAll('/', '-')}`)
    }
  }))

test('name and company are changed by keyboard alone', () =>
  drive(async (page) => {
    await enter(page, bo, '/account/profile')
    await page.locator('#given_name').focus()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type('Bodil')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL(/done=profile-saved/)
    assert.match(await page.locator('main').innerText(), /Your profile is saved/)
    await page.goto(`${site.issuer}/account/customers`)
    await page.locator('#company-default-2').focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/done=default-set/)
    assert.ok(await page.getByText('Proposed first', { exact: true }).isVisible())
  }))

test('a session in another browser is ended, without JavaScript', () =>
  drive(
    async (page) => {
      await drive(async (other) => {
        await enter(other, anna, '/account')
        await enter(page, anna, '/account/sessions')
        assert.equal(await page.locator('#sessions li').count(), 2)
        await page.locator('#session-end-2').click()
        await page.waitForURL(/done=session-ended/)
        // axe is a script itself.
        await picture(page, 'account-session-ended')
        await other.goto(`${site.issuer}/account`)
        await other.locator('#signin-submit').waitFor()
      })
    },
    { javaScriptEnabled: false },
  ))

test('a passkey is added, named and asked for before it is removed', () =>
  drive(async (page) => {
    await withAuthenticator(page)
    await enter(page, carl, '/account/mfa')
    await page.locator('input[name=method][value=passkey]').check()
    await page.locator('#factor-submit').click()
    await page.locator('#passkey-submit').click()
    await page.locator('#recovery-stored').click()
    await page.locator('#factor_name').fill('Laptop')
    await page.locator('#factor-rename').click()
    await page.waitForURL(/done=factor-renamed/)
    await checked(page, 'account-factor')
    await page.goto(`${site.issuer}/account/mfa`)
    assert.match(await page.locator('#factors').innerText(), /Laptop/)
    await page.locator('#factor-manage-1').click()
    await page.locator('#factor-remove').click()
    await page.waitForURL(/done=factor-removed/)
  }))
