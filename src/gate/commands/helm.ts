/**
 * helm: what is released, and going back. `status` prints tables only: its JSON and YAML hold the values and the manifest of
 * the release, which is where passwords are.
 */

import { isOn, type CommandGrammar, type FlagTable, type Meaning, type ParsedWords, type Program } from './grammar.ts'
import type { Place } from './place.ts'
import { isRefusal, refuse, shown, type Refusal } from './refusal.ts'
import { badName, namespaceOf } from './kubectl/targets.ts'
import { whyNot } from './value-types.ts'

const NAMESPACE: FlagTable = { '-n --namespace': 'namespace' }
const PRINTED: FlagTable = { '-o --output': ['table', 'json', 'yaml'] }

const RELEASE = { kind: 'Release', group: 'helm.sh', namespaced: true } as const

export const HELM: Program = {
  style: 'go',
  leading: NAMESPACE,
  aliases: { ls: 'list', hist: 'history' },
  commands: {
    list: {
      kindImplied: true,
      flags: {
        ...NAMESPACE, ...PRINTED, '-A --all-namespaces': 'switch', '-a --all': 'switch', '-d --date': 'switch', '-r --reverse': 'switch', '-q --short': 'switch', '--deployed': 'switch', '--failed': 'switch', '--pending': 'switch',
        '--superseded': 'switch', '--uninstalled': 'switch', '--uninstalling': 'switch', '-f --filter': 'pattern', '-l --selector': 'selector', '-m --max': 'count', '--offset': 'count', '--no-headers': 'switch', '--time-format': 'pattern',
      },
      read: (words) => (words.positionals.length > 0 ? refuse('argument-forbidden', 'list takes no names; use --filter') : meaning(words, { op: 'list', effect: 'read', names: [], tags: [] }, [])),
    },
    status: { kindImplied: true, flags: { ...NAMESPACE, '-o --output': ['table'], '--revision': 'count', '--show-desc': 'switch', '--show-resources': 'switch' }, read: readRelease('status') },
    history: { kindImplied: true, flags: { ...NAMESPACE, ...PRINTED, '--max': 'count' }, read: readRelease('history') },
    rollback: {
      kindImplied: true,
      flags: { ...NAMESPACE, '--timeout': 'duration', '--wait': 'switch', '--wait-for-jobs': 'switch', '--cleanup-on-fail': 'switch', '--history-max': 'count', '--force': 'switch', '--dry-run': 'switch' },
      read: readRollback,
    },
  },
}

function readRelease(op: string): CommandGrammar['read'] {
  return (words, place) => {
    const [name, ...more] = words.positionals
    if (name === undefined || more.length > 0) return refuse('no-name', `${op} takes one release`)
    return badName(name, place) ?? meaning(words, { op, effect: 'read', names: [name], tags: [] }, [name])
  }
}

function readRollback(words: ParsedWords, place: Place): Meaning | Refusal {
  const [name, revision, ...more] = words.positionals
  if (name === undefined || more.length > 0) return refuse('no-name', 'rollback takes one release and one revision')
  const problem = badName(name, place)
  if (problem !== undefined) return problem
  if (revision !== undefined && whyNot('count', revision, place) !== undefined) return refuse('bad-value', `${shown(revision)} is no revision`)
  const tags = isOn(words, '--force') ? (['forced'] as const) : []
  return meaning(words, { op: 'rollback', effect: 'change', names: [name], tags }, [name, ...(revision === undefined ? [] : [revision])])
}

function meaning(words: ParsedWords, intent: Meaning['intents'][number], positionals: readonly string[]): Meaning | Refusal {
  const namespace = namespaceOf(words)
  if (isRefusal(namespace)) return namespace
  return { intents: [{ ...intent, ...RELEASE, ...namespace }], positionals }
}
