/** `boyd login` and `boyd logout`: a token of one's own, by a sign-in with the identity provider on any device. */

import type { Command } from 'commander'
import { readConfig } from '../../app/config.ts'
import type { DeviceTokenWire, DeviceWire, TokenWire } from '../../http/contract.ts'
import { systemClock } from '../../kernel/clock.ts'
import { fault } from '../../kernel/fault.ts'
import { createClient, type ClientFlags } from '../client.ts'
import { OUTLINE } from '../outline.ts'
import { saveToken } from '../saved-token.ts'
import { withServerFlags } from '../server-flags.ts'
import { note, print, printJson } from '../terminal.ts'

type Flags = ClientFlags & { readonly json?: true }

export function addLoginCommands(program: Command): void {
  withServerFlags(program.command('login')).description(OUTLINE.login.does).action(login)
  withServerFlags(program.command('logout'))
    .description(OUTLINE.logout.does)
    .action((flags: Flags) => {
      const { url } = createClient(flags, process.env)
      saveToken(homeOf(flags), url, undefined)
      if (flags.json === true) return printJson({ server: url, signedIn: false })
      print(`Signed out of ${url}.`)
    })
}

async function login(flags: Flags): Promise<void> {
  const client = createClient(flags, process.env)
  const begun = await client.post<DeviceWire>('/api/v1/login/device', {})
  note(`Open ${begun.verificationUrl} and confirm the code ${begun.userCode}.`)
  const { secret, token } = await signedIn(client, begun)
  saveToken(homeOf(flags), client.url, secret)
  if (flags.json === true) return printJson({ server: client.url, subject: token.subject, expiresAt: token.expiresAt })
  print(`Signed in as ${token.name} until ${token.expiresAt}.`)
}

async function signedIn(client: ReturnType<typeof createClient>, { handle, intervalSec, expiresInSec }: DeviceWire): Promise<{ readonly token: TokenWire; readonly secret: string }> {
  const clock = systemClock()
  const endMs = clock.now() + expiresInSec * 1000
  while (clock.now() < endMs) {
    await clock.sleep(intervalSec * 1000)
    const { token, secret } = await client.post<DeviceTokenWire>('/api/v1/login/device/poll', { handle })
    if (token !== undefined && secret !== undefined) return { token, secret }
  }
  throw fault({ code: 'timeout', operation: 'sign in', message: 'nobody confirmed the code in time', hint: 'Begin again with "boyd login".' })
}

function homeOf(flags: Flags): string {
  return readConfig({ home: flags.home }, process.env).home
}
