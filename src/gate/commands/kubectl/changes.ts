/**
 * What kubectl changes: the few commands whose effect can be told from their words. All others (`create`, `edit`, `exec`,
 * `cp`, `debug`, `run`, `proxy`, `port-forward`, `replace`, `diff`, `config`, plugins, …) are not here, and so are refused.
 */

import { isOn, valueOf, type CommandGrammar, type FlagTable, type Meaning, type ParsedWords } from '../grammar.ts'
import type { EffectTag, Intent } from '../intent.ts'
import type { Place } from '../place.ts'
import { isRefusal, refuse, shown, type Refusal } from '../refusal.ts'
import { EVERYWHERE } from './reads.ts'
import { badName, kindNamed, readTargets, targetIntents, type Targets } from './targets.ts'

const DRY_RUN: FlagTable = { '--dry-run': { type: ['none', 'client', 'server'], attached: 'required' } }
const CHANGED: FlagTable = { ...EVERYWHERE, ...DRY_RUN, '-o --output': ['name', 'json', 'yaml'] }

const RESTARTED: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet']
const SCALED: readonly string[] = ['Deployment', 'ReplicaSet', 'StatefulSet', 'ReplicationController']
const WITH_IMAGES: readonly string[] = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Pod', 'Job', 'CronJob', 'ReplicationController']

/** A label's or annotation's key, with its value or with the `-` that removes it. */
const ASSIGNMENT = /^[A-Za-z0-9][\w./-]{0,316}(?:=[\x20-\x7E]*|-)$/
const TAINT = /^[A-Za-z0-9][\w./-]{0,316}(?:(?:=[\w.-]*)?:(?:NoSchedule|PreferNoSchedule|NoExecute)|(?::(?:NoSchedule|PreferNoSchedule|NoExecute))?-)$/
const IMAGE = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?=[A-Za-z0-9][\w./:@-]*$/

export const CHANGES: Readonly<Record<string, CommandGrammar>> = {
  'rollout restart': { flags: { ...EVERYWHERE, '-o --output': ['name', 'json', 'yaml'] }, read: changing({ op: 'rollout restart', kinds: RESTARTED }) },
  'rollout undo': { flags: { ...CHANGED, '--to-revision': 'count' }, read: changing({ op: 'rollout undo', kinds: RESTARTED }) },
  scale: { flags: { ...CHANGED, '--replicas': 'count', '--current-replicas': 'count', '--timeout': 'duration' }, read: readScale },
  cordon: { flags: { ...EVERYWHERE, ...DRY_RUN }, kindImplied: true, read: readNodes('cordon') },
  uncordon: { flags: { ...EVERYWHERE, ...DRY_RUN }, kindImplied: true, read: readNodes('uncordon') },
  drain: { flags: { ...EVERYWHERE, ...DRY_RUN, '--ignore-daemonsets': 'switch', '--timeout': 'duration' }, kindImplied: true, read: readNodes('drain') },
  delete: {
    flags: {
      ...EVERYWHERE, ...DRY_RUN, '-o --output': ['name'], '--force': 'switch', '--now': 'switch', '--grace-period': 'count-or-all', '--cascade': { type: ['background', 'foreground', 'orphan'], attached: 'required' },
      '--wait': 'switch', '--timeout': 'duration', '--ignore-not-found': 'switch',
    },
    read: changing({ op: 'delete', tags: deletionTags }),
  },
  patch: { flags: { ...CHANGED, '-p --patch': 'text', '--type': ['strategic', 'merge', 'json'] }, read: readPatch },
  label: { flags: { ...CHANGED, '--overwrite': 'switch' }, read: assigning('label', ASSIGNMENT) },
  annotate: { flags: { ...CHANGED, '--overwrite': 'switch' }, read: assigning('annotate', ASSIGNMENT) },
  taint: { flags: { ...CHANGED, '--overwrite': 'switch' }, read: assigning('taint', TAINT, ['Node']) },
  'set image': { flags: CHANGED, read: assigning('set image', IMAGE, WITH_IMAGES) },
}

interface ChangeOptions {
  readonly op: string
  readonly kinds?: readonly string[]
  readonly tags?: (words: ParsedWords) => EffectTag[]
  readonly replicas?: number
}

function changing(options: ChangeOptions): CommandGrammar['read'] {
  return (words, place) => {
    const found = readTargets(words.positionals, place)
    return isRefusal(found) ? found : changeOf(words, found, options)
  }
}

function changeOf(words: ParsedWords, found: Targets, { op, kinds, tags, replicas }: ChangeOptions): Meaning | Refusal {
  const other = found.targets.find(({ info }) => kinds !== undefined && info.kind !== 'Secret' && !kinds.includes(info.kind))
  if (other !== undefined) return refuse('argument-forbidden', `${op} does not apply to a ${other.info.kind}`)
  const parts = { op, effect: 'change', tags: tags?.(words) ?? [], ...(replicas === undefined ? {} : { replicas }), ...dryRun(words) } as const
  const intents = targetIntents(words, found.targets, parts)
  return isRefusal(intents) ? intents : { intents, positionals: found.words }
}

export function dryRun(words: ParsedWords): Pick<Intent, 'dryRun'> {
  return valueOf(words, '--dry-run') === 'server' ? { dryRun: true } : {}
}

function readScale(words: ParsedWords, place: Place): Meaning | Refusal {
  const replicas = valueOf(words, '--replicas')
  if (replicas === undefined) return refuse('bad-value', 'scale needs --replicas')
  return changing({ op: 'scale', kinds: SCALED, replicas: Number(replicas) })(words, place)
}

/** `cordon n7`, `drain node/n7`: names of nodes. */
function readNodes(op: string): CommandGrammar['read'] {
  return (words, place) => {
    const names = words.positionals.map((word) => word.replace(/^(?:node|nodes|no)\//, ''))
    const bad = names.map((name) => badName(name, place)).find(isRefusal)
    if (bad !== undefined) return bad
    const node = kindNamed('nodes', place)
    if (isRefusal(node)) return node
    if (names.length === 0) return refuse('no-name', `${op} names no node`)
    return changeOf(words, { targets: [{ info: node, names }], words: names }, { op })
  }
}

function deletionTags(words: ParsedWords): EffectTag[] {
  const cascade = valueOf(words, '--cascade') ?? 'background'
  return [
    ...(isOn(words, '--force') || isOn(words, '--now') ? (['forced'] as const) : []),
    ...(valueOf(words, '--grace-period') === undefined ? [] : (['grace-changed'] as const)),
    ...(cascade === 'background' ? [] : (['orphans'] as const)),
  ]
}

function readPatch(words: ParsedWords, place: Place): Meaning | Refusal {
  const patch = valueOf(words, '--patch')
  if (patch === undefined) return refuse('bad-value', 'patch needs -p')
  return isJsonDocument(patch) ? changing({ op: 'patch' })(words, place) : refuse('bad-value', `-p: ${shown(patch)} is no JSON object or list`)
}

function isJsonDocument(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}

/** `label pod web-0 tier=front`: objects first, then at least one assignment. */
function assigning(op: string, shape: RegExp, kinds?: readonly string[]): CommandGrammar['read'] {
  return (words, place) => {
    const first = words.positionals.findIndex((word, index) => index > 0 && /[=:]|-$/.test(word))
    const assignments = first === -1 ? [] : words.positionals.slice(first)
    if (assignments.length === 0) return refuse('bad-value', `${op} says nothing to set`)
    const wrong = assignments.find((word) => !shape.test(word))
    if (wrong !== undefined) return refuse('bad-value', `${shown(wrong)} is nothing that ${op} can set`)
    const found = readTargets(words.positionals.slice(0, first), place)
    if (isRefusal(found)) return found
    return changeOf(words, { targets: found.targets, words: [...found.words, ...assignments] }, { op, ...(kinds === undefined ? {} : { kinds }) })
  }
}
