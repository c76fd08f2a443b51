/** The secrets that the settings name files of: nothing that leaves Boyd may hold one. */

import type { Settings } from './settings.ts'
import { readSecretFile } from './read-secret.ts'

/** What each is, and its value. Faults `invalid` like the reading of each. */
export function siteSecrets({ auth, slack }: Pick<Settings, 'auth' | 'slack'>, pathOf: (path: string) => string): readonly (readonly [string, string])[] {
  const webhooks = Object.entries(slack.channels).flatMap(([name, channel]) => ('webhookUrlFile' in channel ? [[`slack.channels.${name}`, channel.webhookUrlFile] as const] : []))
  const files = [
    ['auth.oidc.clientSecretFile', auth.oidc?.clientSecretFile],
    ['slack.botTokenFile', slack.botTokenFile],
    ['slack.signingSecretFile', slack.signingSecretFile],
    ...webhooks,
  ] as const
  return files.flatMap(([setting, file]) => (file === undefined ? [] : [[setting, readSecretFile(pathOf(file), setting)] as const]))
}
