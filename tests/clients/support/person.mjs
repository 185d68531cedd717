// A person at a browser without JavaScript: a cookie jar, links and forms. Names and ids are those of contract.md.

import assert from 'node:assert/strict'
import { parse } from 'node-html-parser'

const PATIENCE = 20

export class Person {
  #issuer
  #cookies = new Map()

  constructor(issuer) {
    this.#issuer = issuer
  }

  /** Forgets every cookie, as a new browser would. */
  forget() {
    this.#cookies.clear()
  }

  /**
   * Opens an address and follows redirects inside the issuer.
   * @returns {Promise<Page | { left: URL }>} a page, or the address outside to which the browser was sent
   */
  async open(url, init = {}) {
    let [target, request] = [new URL(url, this.#issuer), init]
    for (let hop = 0; hop < PATIENCE; hop += 1) {
      if (target.origin !== this.#issuer) return { left: target }
      const response = await this.#send(target, request)
      if (response.status < 300 || response.status > 399) {
        return new Page(this, target, response.status, response.headers, await response.text())
      }
      assert.notEqual(response.status, 307, 'a 307 would repeat the credentials at the next address')
      target = new URL(response.headers.get('location'), target)
      request = {}
    }
    throw new Error(`more than ${PATIENCE} redirects, the last one to ${target}`)
  }

  async #send(url, init) {
    const headers = { accept: 'text/html', 'accept-language': 'en', ...init.headers }
    if (this.#cookies.size > 0) headers.cookie = [...this.#cookies].map((pair) => pair.join('=')).join('; ')
    if (init.method === 'POST') headers.origin = this.#issuer
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) this.#keep(line)
    return response
  }

  #keep(line) {
    const [pair, ...attributes] = line.split(';').map((part) => part.trim())
    const at = pair.indexOf('=')
    const dead = attributes.some((text) => /^max-age=(0|-\d+)$/i.test(text))
    if (dead) this.#cookies.delete(pair.slice(0, at))
    else this.#cookies.set(pair.slice(0, at), pair.slice(at + 1))
  }

  /**
   * Walks from an authorization request to the client's redirect URI, answering every page on the way.
   * @param {{ username: string, password: string, customer?: string, consent?: boolean }} answers
   * @returns {Promise<{ url: URL, form?: URLSearchParams }>} the redirect, with its form when it is posted
   */
  async authorize(url, answers) {
    let page = await this.open(url)
    for (let step = 0; step < PATIENCE; step += 1) {
      if (page.left) return { url: page.left }
      const posted = page.postedElsewhere()
      if (posted) return posted
      page = await this.#answer(page, answers)
    }
    throw new Error('the pages never came to an end')
  }

  #answer(page, { username, password, customer, consent = true }) {
    if (page.has('signin-submit')) return page.submit('signin-submit', { username, password })
    if (page.has('customer-submit')) return page.submit('customer-submit', { reference: page.radioOf(customer) })
    if (page.has('consent-allow')) return page.submit(consent ? 'consent-allow' : 'consent-deny')
    if (page.has('account-continue')) return page.submit('account-continue')
    throw new Error(`nothing to answer at ${page.url}, status ${page.status}:\n${page.text}`)
  }
}

export class Page {
  #person
  #root

  constructor(person, url, status, headers, html) {
    this.#person = person
    this.#root = parse(html)
    Object.assign(this, { url, status, headers, html })
  }

  get text() {
    return this.#root.textContent.replace(/\s+/g, ' ').trim()
  }

  has(id) {
    return this.#root.querySelector(`#${id}`) !== null
  }

  /** The value of the radio button whose label names `words`. */
  radioOf(words) {
    for (const radio of this.#root.querySelectorAll('input[type=radio][name=reference]')) {
      const label = this.#root.querySelector(`label[for="${radio.id}"]`) ?? radio.closest('label')
      if (label?.textContent.includes(words)) return radio.getAttribute('value')
    }
    throw new Error(`no company named ${words} is offered:\n${this.text}`)
  }

  /** Presses the button `id` after filling in `fields`. */
  submit(id, fields = {}) {
    const button = this.#root.querySelector(`#${id}`)
    const form = button.closest('form')
    assert.equal(form.getAttribute('method')?.toLowerCase(), 'post')
    const body = this.#fieldsOf(form)
    for (const [name, value] of Object.entries(fields)) {
      assert.ok(form.querySelector(`[name=${name}]`), `the form has a field ${name}`)
      body.set(name, value)
    }
    if (button.getAttribute('name')) body.set(button.getAttribute('name'), button.getAttribute('value') ?? '')
    const action = button.getAttribute('formaction') ?? form.getAttribute('action') ?? ''
    return this.#person.open(new URL(action, this.url), { method: 'POST', body })
  }

  /** What response_mode=form_post would post, if this page is one. */
  postedElsewhere() {
    const form = this.#root.querySelector('form')
    const action = form && new URL(form.getAttribute('action') ?? '', this.url)
    if (!action || action.origin === this.url.origin) return undefined
    return { url: action, form: this.#fieldsOf(form) }
  }

  #fieldsOf(form) {
    const body = new URLSearchParams()
    for (const input of form.querySelectorAll('input[name]')) {
      const choice = ['radio', 'checkbox'].includes(input.getAttribute('type'))
      if (choice && !input.hasAttribute('checked')) continue
      if (input.getAttribute('type') === 'submit') continue
      body.append(input.getAttribute('name'), input.getAttribute('value') ?? (choice ? 'on' : ''))
    }
    return body
  }
}
