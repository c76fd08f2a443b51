/** What can be asked, verb by verb: the flags that mean something to each, and how its words are read. */

import type { KubeObject } from '../../model/kube-object.ts'
import type { Doing } from '../../model/what-if.ts'
import { BETWEEN, durationOf, nothingElse, onlyThing, placesIn, thingsIn, unclear, wholeNumber, type Words } from './question-words.ts'
import { containerChangesIn, filledIn, marksIn, percentIn, sizeIn, taintsIn } from './question-values.ts'

export interface ParseOptions {
  /** Reads the objects of a manifest that `apply -f` names. */
  readManifest(file: string): readonly KubeObject[]
}

export interface QuestionVerb {
  /** After the verb, for the help. */
  readonly usage: string
  readonly says: string
  readonly flags: readonly string[]
  read(words: Words, options: ParseOptions): Doing
}

/** As long as a drain of ours waits where nobody says. */
const PATIENCE_MS = 15 * 60_000

const times = (factor: number) => (words: Words): Doing => ({ type: 'scale', things: thingsIn(words), to: { factor } })

/** `node/a key=value old-`; neither sign is in a name of an object. */
function marking(field: 'labels' | 'annotations', usage: string): QuestionVerb {
  const isMark = (word: string): boolean => /=|-$/.test(word)
  return {
    usage,
    says: `${field} are set, or taken away with a "-" behind the key`,
    flags: ['-n', '--overwrite'],
    read: (words) => ({ type: 'mark', things: thingsIn({ ...words, names: words.names.filter((word) => !isMark(word)) }), field, values: marksIn(words.names.filter(isMark), words.text) }),
  }
}

export const VERBS: Readonly<Record<string, QuestionVerb>> = {
  nothing: { usage: '', says: 'only time passes', flags: [], read: (words) => (nothingElse(words), { type: 'nothing' }) },
  wait: { usage: '10m', says: 'time passes before the next question', flags: [], read: ({ names, text }) => ({ type: 'wait', forMs: durationOf(names.join(''), text) }) },
  drain: {
    usage: 'node/a node/b | zone/eu-1b [--delete-emptydir-data] [--force] [--timeout 15m]',
    says: 'cordon, then evict within the budgets; with --force also pods that nobody makes again',
    flags: ['--delete-emptydir-data', '--force', '--ignore-daemonsets', '--timeout'],
    read: (words) => ({ type: 'drain', ...manyPlaces(words), deleteEmptyDirData: words.flags.has('--delete-emptydir-data'), ...(words.flags.has('--force') ? { force: true } : {}), timeoutMs: patience(words) }),
  },
  cordon: { usage: 'node/a | zone/eu-1b', says: 'nothing new lands there', flags: [], read: (words) => ({ type: 'cordon', ...manyPlaces(words) }) },
  uncordon: { usage: 'node/a | zone/eu-1b', says: 'it takes pods again', flags: [], read: (words) => ({ type: 'uncordon', ...manyPlaces(words) }) },
  taint: {
    usage: 'node/a key=value:NoExecute | key:NoSchedule-',
    says: 'a taint is set, or taken away with a "-" behind it',
    flags: ['--overwrite'],
    read(words) {
      // Neither sign is in a name of a node.
      const isTaint = (word: string): boolean => /[:=]|-$/.test(word)
      return { type: 'taint', ...manyPlaces({ ...words, names: words.names.filter((word) => !isTaint(word)) }), ...taintsIn(words.names.filter(isTaint), words.text) }
    },
  },
  label: marking('labels', 'node/a disktype=ssd old-'),
  annotate: marking('annotations', 'pod/y -n shop controller.kubernetes.io/pod-deletion-cost=-1'),
  lose: { usage: 'zone/eu-1b | node/x', says: 'the machines stop answering', flags: [], read: (words) => ({ type: 'lose', ...placesIn(words) }) },
  recover: { usage: 'zone/eu-1b | node/x', says: 'machines that were lost answer again, and disks that were filled have room', flags: [], read: (words) => ({ type: 'recover', ...placesIn(words) }) },
  fill: {
    usage: 'node/x [to 95%] [--resource disk | inodes | pids]',
    says: 'something that is no pod fills the disk',
    flags: ['--resource'],
    read(words) {
      const names = words.names.filter((word, at) => word !== 'to' && !word.endsWith('%') && words.names[at - 1] !== 'to')
      return { type: 'fill', ...placesIn({ ...words, names }), resource: filledIn(words), percent: percentIn(words) }
    },
  },
  delete: {
    usage: 'node/x | pod/y [--grace-period 0] | any KIND/NAME',
    says: 'as kubectl delete, without asking a budget',
    flags: ['-n', '--grace-period', '--force'],
    read(words) {
      const given = words.flags.get('--grace-period') ?? (words.flags.has('--force') ? '0' : undefined)
      return { type: 'delete', things: thingsIn(words), ...(given === undefined ? {} : { gracePeriodSeconds: wholeNumber(given, words.text, '--grace-period is a number of seconds') }) }
    },
  },
  evict: { usage: 'pod/y -n shop [--timeout 15m]', says: 'a pod is asked to go, within its budget', flags: ['-n', '--timeout'], read: (words) => ({ type: 'evict', things: thingsIn(words), timeoutMs: patience(words) }) },
  double: { usage: 'deploy/web -n shop', says: 'twice the replicas', flags: ['-n'], read: times(2) },
  halve: { usage: 'deploy/web -n shop', says: 'half the replicas', flags: ['-n'], read: times(0.5) },
  scale: {
    usage: 'deploy/web --replicas=6 | deploy/web to 6 | deploy/web by -2',
    says: 'so many replicas, or so many more or fewer',
    flags: ['-n', '--replicas'],
    read(words) {
      const { names, to } = sizeIn(words)
      return { type: 'scale', things: thingsIn({ ...words, names }), to }
    },
  },
  restart: { usage: 'deploy/web', says: 'as kubectl rollout restart', flags: ['-n'], read: (words) => ({ type: 'restart', things: thingsIn(words) }) },
  pause: { usage: 'deploy/web', says: 'as kubectl rollout pause: changes of the template wait', flags: ['-n'], read: (words) => ({ type: 'pause', things: thingsIn(words) }) },
  resume: { usage: 'deploy/web', says: 'as kubectl rollout resume', flags: ['-n'], read: (words) => ({ type: 'resume', things: thingsIn(words) }) },
  rollback: {
    usage: 'deploy/web [to REVISION]',
    says: 'as kubectl rollout undo',
    flags: ['-n', '--to-revision'],
    read(words) {
      const isNumber = (word: string): boolean => /^\d+$/.test(word)
      const to = words.flags.get('--to-revision') ?? words.names.find(isNumber)
      const thing = onlyThing({ ...words, names: words.names.filter((word) => !isNumber(word) && word !== 'to') })
      return { type: 'roll-back', thing, ...(to === undefined || to === '0' ? {} : { toRevision: wholeNumber(to, words.text, '--to-revision is the number of a revision') }) }
    },
  },
  set: {
    usage: 'image deploy/web app=registry/app:2 | env deploy/web -c app LEVEL=debug OLD- | resources deploy/web -c app --limits memory=512Mi',
    says: 'another image, other variables or other resources',
    flags: ['-n', '-c', '--limits', '--requests', '--env', '--from', '--prefix'],
    read(words) {
      const [what = '', ...rest] = words.names
      const isValue = (word: string): boolean => word.includes('=') || (what === 'env' && word.endsWith('-'))
      const things = thingsIn({ ...words, names: rest.filter((word) => !isValue(word)) })
      return { type: 'set', things, changes: containerChangesIn({ what, values: rest.filter(isValue), words }) }
    },
  },
  apply: {
    usage: '-f new.yaml [-f more.yaml]',
    says: 'as kubectl apply, from the server’s side',
    flags: ['-f', '-n'],
    read(words, { readManifest }) {
      const { flags, text } = words
      const files = flags.get('-f')?.split(BETWEEN) ?? []
      if (files.length === 0) throw unclear(text, 'apply needs -f FILE')
      nothingElse(words, 'Write -f before each file.')
      const namespace = flags.get('-n')
      return { type: 'apply', objects: files.flatMap((file) => readManifest(file)), ...(namespace === undefined ? {} : { namespace }) }
    },
  },
}

export const QUESTION_VERBS: readonly string[] = Object.keys(VERBS)

/** One line a verb, for a help text. */
export const QUESTION_HELP: readonly { readonly usage: string; readonly says: string }[] = Object.entries(VERBS).map(([verb, { usage, says }]) => ({ usage: `${verb} ${usage}`.trim(), says }))

function patience({ flags, text }: Words): number {
  const given = flags.get('--timeout')
  const waitMs = given === undefined ? PATIENCE_MS : durationOf(given, text)
  if (waitMs === 0) throw unclear(text, '--timeout 0 waits for ever', 'Say how long: at most 24h.')
  return waitMs
}

/** Zones only where some are named. */
function manyPlaces(words: Words): { readonly nodes: readonly string[]; readonly zones?: readonly string[] } {
  const { nodes, zones } = placesIn(words)
  return zones.length === 0 ? { nodes } : { nodes, zones }
}
