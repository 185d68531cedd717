// A real `usher serve` on a fresh database, seeded by `usher apply`.

import { spawn, execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const repository = fileURLToPath(new URL('../../../', import.meta.url))

/** The binary under test: `USHER_BIN`, else the debug build of this checkout. */
export const binary =
  process.env.USHER_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join(repository, 'target'), 'debug', 'usher')

/** A port of loopback that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/** Waits until `url` answers 200, or fails with what the process said. */
export async function answers(url, child, output, patience = 30_000) {
  const until = Date.now() + patience
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${output()}`)
    const answer = await fetch(url, { redirect: 'manual' }).catch(() => undefined)
    if (answer?.status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${url} did not answer within ${patience} ms:\n${output()}`)
}

/** Starts a child whose output is kept for error messages, and returns how to stop it. */
export function launch(args, options = {}) {
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
  const said = []
  child.on('error', (error) => said.push(String(error)))
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => said.push(String(piece)))
  const ended = new Promise((resolve) => child.once('close', resolve))
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  return { child, stop, output: () => said.join('') }
}

/**
 * Seeds a fresh server and starts it.
 * @param {string} seed TOML of contract.md
 * @returns {Promise<{ issuer: string, stop: () => Promise<void>, output: () => string }>}
 */
export async function startUsher(seed) {
  const folder = await mkdtemp(join(tmpdir(), 'usher-'))
  const [port, internalPort] = [await freePort(), await freePort()]
  const issuer = `http://localhost:${port}`
  await writeFile(join(folder, 'seed.toml'), seed)
  await writeFile(
    join(folder, 'usher.toml'),
    `public_url = "${issuer}"
[http]
listen = "127.0.0.1:${port}"
internal_listen = "127.0.0.1:${internalPort}"
[database]
url = "sqlite://${join(folder, 'usher.db')}"
[keys]
dir = "${join(folder, 'keys')}"
[limits]
exempt = ["127.0.0.0/8", "::1/128"]
`,
  )
  const config = ['--config', join(folder, 'usher.toml')]
  await promisify(execFile)(binary, ['apply', join(folder, 'seed.toml'), ...config], { cwd: folder })
  const server = launch(['serve', ...config], { cwd: folder })
  try {
    await answers(`${issuer}/readyz`, server.child, server.output)
  } catch (error) {
    await server.stop()
    throw error
  }
  const stop = async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
  return { issuer, stop, output: server.output }
}
