/**
 * Reads a question as a person types it: `drain node/a node/b`, `lose zone/eu-1b`, `double deploy/web`, `apply -f new.yaml`.
 * Words only, no shell; what is not understood is said with what would be.
 */

import { fault, type Fault } from '../../kernel/fault.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { Doing, NamedThing } from '../../model/what-if.ts'

export interface ParseOptions {
  /** Reads the objects of a manifest that `apply -f` names. */
  readManifest(file: string): readonly KubeObject[]
}

const DRAIN_TIMEOUT_MS = 15 * 60_000
const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 }

export function parseQuestion(text: string, options: ParseOptions): Doing {
  const words = text.trim().split(/\s+/)
  const [verb = '', ...rest] = words
  const read = VERBS[verb]
  if (read === undefined) throw unclear(text, verb === '' ? 'it is empty' : `"${verb}" is not one of ${Object.keys(VERBS).join(', ')}`)
  return read(argumentsOf(text, rest), { text, ...options })
}

interface Arguments {
  readonly names: readonly string[]
  readonly flags: ReadonlyMap<string, string>
}

interface Reading extends ParseOptions {
  readonly text: string
}

const SWITCHES = new Set(['--delete-emptydir-data', '--ignore-daemonsets'])
const VALUED = new Set(['-n', '--namespace', '-f', '--filename', '--replicas', '--timeout'])

function argumentsOf(text: string, words: readonly string[]): Arguments {
  const names: string[] = []
  const flags = new Map<string, string>()
  for (let at = 0; at < words.length; at += 1) {
    const [flag = '', inline] = (words[at] ?? '').split(/=(.*)/s)
    if (!flag.startsWith('-')) names.push(words[at] ?? '')
    else if (SWITCHES.has(flag)) flags.set(flag, 'true')
    else if (VALUED.has(flag)) flags.set(flag, inline ?? words[(at += 1)] ?? '')
    else throw unclear(text, `the flag ${flag} is not known`)
  }
  return { names, flags }
}

const VERBS: Readonly<Record<string, (given: Arguments, reading: Reading) => Doing>> = {
  nothing: () => ({ type: 'nothing' }),
  drain: ({ names, flags }, { text }) => ({
    type: 'drain',
    nodes: nodesIn(names, text),
    deleteEmptyDirData: flags.has('--delete-emptydir-data'),
    timeoutMs: durationOf(flags.get('--timeout'), text) ?? DRAIN_TIMEOUT_MS,
  }),
  cordon: ({ names }, { text }) => ({ type: 'cordon', nodes: nodesIn(names, text) }),
  lose: ({ names }, { text }) => {
    const zones = names.filter((name) => name.startsWith('zone/')).map((name) => name.slice('zone/'.length))
    const others = names.filter((name) => !name.startsWith('zone/'))
    return { type: 'lose', zones, nodes: others.length === 0 && zones.length > 0 ? [] : nodesIn(others, text) }
  },
  delete: (given, { text }) => ({ type: 'delete', things: atLeastOne(given.names, text).map((name) => thingOf(name, given, text)) }),
  double: (given, { text }) => ({ type: 'scale', thing: onlyThing(given, text), to: { factor: 2 } }),
  halve: (given, { text }) => ({ type: 'scale', thing: onlyThing(given, text), to: { factor: 0.5 } }),
  scale: (given, { text }) => ({ type: 'scale', thing: onlyThing(given, text), to: { replicas: replicasOf(given, text) } }),
  restart: (given, { text }) => ({ type: 'restart', thing: onlyThing(given, text) }),
  apply({ flags }, { text, readManifest }) {
    const file = flags.get('-f') ?? flags.get('--filename')
    if (file === undefined || file === '') throw unclear(text, 'apply needs -f FILE')
    return { type: 'apply', objects: readManifest(file) }
  },
}

function nodesIn(names: readonly string[], text: string): string[] {
  return atLeastOne(names, text).map((name) => {
    const parts = name.split('/')
    if (parts.length === 1) return name
    if (parts.length === 2 && /^(node|nodes|no)$/i.test(parts[0] ?? '')) return parts[1] ?? ''
    throw unclear(text, `${name} is no node; write node/NAME`)
  })
}

function atLeastOne(names: readonly string[], text: string): readonly string[] {
  if (names.length === 0) throw unclear(text, 'it names nothing')
  return names
}

function onlyThing(given: Arguments, text: string): NamedThing {
  const [name, ...more] = given.names.filter((word) => !/^\d+$/.test(word))
  if (name === undefined || more.length > 0) throw unclear(text, 'it must name one object, such as deploy/web')
  return thingOf(name, given, text)
}

/** `deploy/web`, or `shop/deploy/web` with the namespace in front. */
function thingOf(word: string, { flags }: Arguments, text: string): NamedThing {
  const parts = word.split('/')
  const [namespace, kind, name] = parts.length === 3 ? parts : [flags.get('-n') ?? flags.get('--namespace'), ...parts]
  if (parts.length < 2 || parts.length > 3 || kind === undefined || kind === '' || name === undefined || name === '') throw unclear(text, `${word} is no KIND/NAME`)
  return { kind, name, ...(namespace === undefined ? {} : { namespace }) }
}

function replicasOf({ names, flags }: Arguments, text: string): number {
  const word = flags.get('--replicas') ?? names.find((name) => /^\d+$/.test(name))
  if (word === undefined || !/^\d{1,6}$/.test(word)) throw unclear(text, 'scale needs --replicas=NUMBER')
  return Number(word)
}

function durationOf(word: string | undefined, text: string): number | undefined {
  if (word === undefined) return undefined
  const match = /^(\d{1,6})(s|m|h)$/.exec(word)
  if (match === null) throw unclear(text, `${word} is no duration; write 90s, 15m or 1h`)
  return Number(match[1]) * (UNITS_MS[match[2] ?? ''] ?? 0)
}

function unclear(text: string, why: string): Fault {
  return fault({
    code: 'invalid',
    operation: 'read question',
    subject: text,
    message: why,
    hint: 'For example: "drain node/a node/b", "lose zone/eu-1b", "lose node/x", "double deploy/web -n shop", "apply -f new.yaml", "delete node/x".',
  })
}
