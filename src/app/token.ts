/** The operator's token: made at the first start, kept where only this user reads it, found there by the CLI. */

import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const TOKEN_BYTES = 32

/** The token of this home; made when there is none. */
export function operatorToken(home: string): string {
  const file = join(home, 'token')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  mkdirSync(home, { recursive: true })
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  writeFileSync(file, `${token}\n`, { mode: 0o600 })
  chmodSync(file, 0o600)
  return token
}

export interface RunningServer {
  readonly url: string
  readonly pid: number
  /** Where its token lies, if not in the home that announces it: a demo has a home of its own. */
  readonly home?: string
}

/** The token for a server of this machine: that of the home where it keeps its state. */
export function tokenFor(home: string, url: string): string {
  const announced = announcedServer(home)
  return operatorToken(announced?.url === url ? (announced.home ?? home) : home)
}

/** Tells the CLI on this machine where the server listens. */
export function announceServer(home: string, server: RunningServer): void {
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'server.json'), `${JSON.stringify(server)}\n`)
}

export function announcedServer(home: string): RunningServer | undefined {
  const file = join(home, 'server.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RunningServer) : undefined
}
