// The hosted pages as a person meets them, with and without JavaScript.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible, inProfile, launch } from './support/chromium.mjs'
import { anna, bo, carl, fillIn, landed, startSite } from './support/site.mjs'

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

const options = (more = {}) => ({ origins: site.origins, ...more })

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript'
  const drive = (work) => inProfile(browser, options({ javaScriptEnabled }), work)

  test(`a person signs in and comes back with a code, ${how}`, () =>
    drive(async (page) => {
      await page.goto(site.authorize({ state: 'Ünïcode & more' }))
      await fillIn(page, anna)
      const answer = await landed(page, site)
      assert.ok(answer.get('code'))
      assert.equal(answer.get('state'), 'Ünïcode & more')
      assert.equal(answer.get('iss'), site.issuer)
    }))

  test(`a wrong password says one sentence and keeps the name, ${how}`, () =>
    drive(async (page) => {
      await page.goto(site.authorize())
      await fillIn(page, { ...anna, password: 'not the password' })
      await page.locator('#error-summary').waitFor()
      assert.match(await page.title(), /^Error:/)
      assert.match(await page.locator('#error-summary').innerText(), /not right, or the account is locked for a while/)
      assert.equal(await page.locator('#username').inputValue(), anna.username)
      assert.equal(await page.locator('#password').inputValue(), '')
      assert.equal(await page.evaluate(() => document.activeElement.id), 'error-summary')
      if (javaScriptEnabled) await accessible(page, 'a rejected sign-in')
      await fillIn(page, anna)
      assert.ok((await landed(page, site)).get('code'))
    }))

  test(`one of nine companies is searched and chosen, ${how}`, () =>
    drive(async (page) => {
      await page.goto(site.authorize())
      await fillIn(page, bo)
      await page.locator('#customer-submit').waitFor()
      assert.equal(await page.locator('input[name=reference]').count(), 9)
      await page.locator('#q').fill('gam')
      if (!javaScriptEnabled) await page.locator('#q').press('Enter')
      const offered = page.locator('.choice:visible')
      await page.waitForFunction((count) => [...document.querySelectorAll('.choice')].filter((choice) => choice.checkVisibility()).length === count, 1)
      assert.match(await offered.innerText(), /Gamma AB/)
      await offered.locator('label').click()
      await page.locator('#customer-submit').click()
      assert.ok((await landed(page, site)).get('code'))
    }))

  test(`consent is asked, given and refused, ${how}`, () =>
    drive(async (page) => {
      await page.goto(site.authorize({ client_id: 'partner' }))
      await fillIn(page, anna)
      await page.locator('#consent-allow').click()
      assert.ok((await landed(page, site)).get('code'))
      await page.goto(site.authorize({ client_id: 'partner', state: 'two' }))
      await page.locator('#consent-deny').click()
      const answer = await landed(page, site)
      assert.equal(answer.get('error'), 'access_denied')
      assert.equal(answer.get('state'), 'two')
      assert.equal(answer.get('iss'), site.issuer)
    }))

  test(`form_post goes on by itself or by a button, ${how}`, () =>
    drive(async (page) => {
      await page.goto(site.authorize({ response_mode: 'form_post' }))
      await fillIn(page, anna)
      if (!javaScriptEnabled) await page.locator('#form-post-submit').click()
      await page.waitForURL(site.redirect)
      assert.equal(new URL(page.url()).search, '')
    }))

  test(`signing out asks, can be cancelled, and ends the session, ${how}`, () =>
    drive(async (page) => {
      await page.goto(site.authorize())
      await fillIn(page, anna)
      await landed(page, site)
      await page.goto(`${site.issuer}/oauth2/logout`)
      await page.locator('#logout-cancel').click()
      await page.goto(site.authorize({ prompt: 'none' }))
      assert.ok((await landed(page, site)).get('code'))
      await page.goto(`${site.issuer}/oauth2/logout?client_id=shop&state=x&post_logout_redirect_uri=${site.home}/bye`)
      await page.locator('#logout-confirm').click()
      await page.waitForURL(`${site.home}/bye?state=x`)
      await page.goto(site.authorize({ prompt: 'none' }))
      assert.equal((await landed(page, site)).get('error'), 'login_required')
    }))
}

test('select_account shows who is signed in and lets another person in', () =>
  inProfile(browser, options(), async (page) => {
    await page.goto(site.authorize())
    await fillIn(page, anna)
    await landed(page, site)
    await page.goto(site.authorize({ prompt: 'select_account' }))
    assert.match(await page.locator('#account-continue').innerText(), /Anna Berg/)
    await accessible(page, 'the account chooser')
    await page.locator('#account-continue').click()
    assert.ok((await landed(page, site)).get('code'))
    await page.goto(site.authorize({ prompt: 'select_account' }))
    await page.locator('#account-other').click()
    await fillIn(page, bo)
    await page.locator('#customer-submit').waitFor()
  }))

test('prompt=login asks for the password of the person who is signed in', () =>
  inProfile(browser, options(), async (page) => {
    await page.goto(site.authorize())
    await fillIn(page, anna)
    await landed(page, site)
    await page.goto(site.authorize({ prompt: 'login' }))
    assert.equal(await page.locator('#username').inputValue(), anna.username)
    await fillIn(page, anna)
    assert.ok((await landed(page, site)).get('code'))
  }))

test('a person without a company is told so, and the client learns access_denied', () =>
  inProfile(browser, options(), async (page) => {
    await page.goto(site.authorize({ scope: 'openid customer' }))
    await fillIn(page, carl)
    await page.locator('h1').waitFor()
    assert.match(await page.locator('main').innerText(), /no access/i)
    await accessible(page, 'no access')
    await page.locator('#error-back').click()
    assert.equal((await landed(page, site)).get('error'), 'access_denied')
  }))

test('a production client shows an id, a client in development the exact mismatch', () =>
  inProfile(browser, options(), async (page) => {
    await page.goto(site.authorize({ redirect_uri: `${site.redirect}/` }))
    assert.match(await page.locator('#error-id').innerText(), /\S/)
    assert.equal(await page.getByText(`${site.redirect}/`, { exact: true }).count(), 0)
    await accessible(page, 'an error page')
    await page.goto(site.authorize({ client_id: 'workshop', redirect_uri: `${site.redirect}/` }))
    assert.equal(await page.getByText(`${site.redirect}/`, { exact: true }).count(), 1)
    assert.equal(await page.getByText(site.redirect, { exact: true }).count(), 1)
    await accessible(page, 'an error page for developers')
  }))

test('the whole path works from the keyboard', () =>
  inProfile(browser, options(), async (page) => {
    await page.goto(site.authorize())
    const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.className)
    const tabTo = async (id) => {
      for (let presses = 0; (await focused()) !== id; presses += 1) {
        assert.ok(presses < 15, `Tab reaches #${id}`)
        await page.keyboard.press('Tab')
      }
    }
    await tabTo('username')
    await page.keyboard.type(bo.username)
    await tabTo('password')
    await page.keyboard.type(bo.password)
    await page.keyboard.press('Enter')
    await page.locator('#customer-submit').waitFor()
    await tabTo('reference')
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowDown')
    await tabTo('customer-submit')
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle)
    assert.notEqual(outline, 'none', 'the focus can be seen')
    await page.keyboard.press('Enter')
    assert.ok((await landed(page, site)).get('code'))
  }))
