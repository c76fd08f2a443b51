/**
 * curl as a reader: one HTTPS address of a host that the site lists. It follows no redirect, sends nothing, and writes
 * no file; the address has none of the characters that curl itself expands.
 */

import type { CommandGrammar, Meaning, ParsedWords, Program } from '../grammar.ts'
import type { Place } from '../place.ts'
import { refuse, shown, type Refusal } from '../refusal.ts'

const ADDRESS = /^https:\/\/([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?)(\/[\w./~%?&=+,:-]*)?$/

const get: CommandGrammar = {
  kindImplied: true,
  flags: {
    '-s --silent': 'switch', '-S --show-error': 'switch', '-f --fail': 'switch', '-I --head': 'switch', '-i --include': 'switch', '-m --max-time': 'count', '--connect-timeout': 'count', '--retry': 'count', '--compressed': 'switch',
    '-H --header': ['Accept: application/json', 'Accept: text/plain'],
  },
  read: readAddress,
}

export const CURL: Program = { style: 'apart', commands: { '': get } }

function readAddress(words: ParsedWords, place: Place): Meaning | Refusal {
  const [address, ...more] = words.positionals
  if (address === undefined || more.length > 0) return refuse('argument-forbidden', 'curl reads one address')
  const match = ADDRESS.exec(address)
  if (match === null) return refuse('bad-value', `${shown(address)} is no plain https address`)
  if (!place.hosts.includes(match[1] ?? '')) return refuse('argument-forbidden', `${shown(match[1] ?? '')} is not among the hosts of this site`)
  return { intents: [{ op: 'get', effect: 'read', kind: 'Address', group: 'https', names: [address], tags: [] }], positionals: [address] }
}
