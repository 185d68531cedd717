// `usher demo` as a newcomer starts it: an empty folder, one command.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answers, freePort, launch } from '../../clients/support/server.mjs'

export async function startDemo() {
  const folder = await mkdtemp(join(tmpdir(), 'usher-demo-'))
  const [port, portalPort] = [await freePort(), await freePort()]
  const began = performance.now()
  const demo = launch(['demo', '--port', String(port), '--portal-port', String(portalPort)], { cwd: folder })
  const [issuer, portal] = [`http://localhost:${port}`, `http://localhost:${portalPort}`]
  try {
    await answers(`${issuer}/readyz`, demo.child, demo.output)
    await answers(portal, demo.child, demo.output)
  } catch (error) {
    await demo.stop()
    throw error
  }
  const stop = async () => {
    await demo.stop()
    await rm(folder, { recursive: true, force: true })
  }
  return { issuer, portal, origins: [issuer, portal], began, stop, output: demo.output }
}
