/** Tokens that `boyd login` got, by the address of the server; read by this account only. */

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRecord } from '../kernel/json.ts'

export function savedToken(home: string, url: string): string | undefined {
  const token = tokensIn(home)[url]
  return typeof token === 'string' ? token : undefined
}

/** Undefined forgets it. */
export function saveToken(home: string, url: string, token: string | undefined): void {
  const { [url]: _, ...others } = tokensIn(home)
  const tokens = token === undefined ? others : { ...others, [url]: token }
  mkdirSync(home, { recursive: true })
  writeFileSync(fileOf(home), `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 })
  chmodSync(fileOf(home), 0o600)
}

/** A file that is broken is as good as none: the next sign-in writes it anew. */
function tokensIn(home: string): Record<string, unknown> {
  if (!existsSync(fileOf(home))) return {}
  try {
    const tokens: unknown = JSON.parse(readFileSync(fileOf(home), 'utf8'))
    return isRecord(tokens) ? tokens : {}
  } catch {
    return {}
  }
}

function fileOf(home: string): string {
  return join(home, 'logins.json')
}
