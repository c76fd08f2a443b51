/** What kubectl reads: its commands that change nothing, each with the flags that change nothing either. */

import { isOn, valueOf, type CommandGrammar, type FlagTable, type Meaning, type ParsedWords } from '../grammar.ts'
import type { Intent } from '../intent.ts'
import { resolveKind, resourceName } from '../kinds.ts'
import type { Place } from '../place.ts'
import { isRefusal, refuse, shown, type Refusal } from '../refusal.ts'
import { badName, kindNamed, kindParts, namespaceOf, readTargets, targetIntents } from './targets.ts'

export const NAMESPACE: FlagTable = { '-n --namespace': 'namespace' }

/** Read by every command, and harmless in each. */
export const EVERYWHERE: FlagTable = { ...NAMESPACE, '--request-timeout': 'duration', '--match-server-version': 'switch', '--warnings-as-errors': 'switch' }

const MANY: FlagTable = { ...EVERYWHERE, '-A --all-namespaces': 'switch' }
const SELECTED: FlagTable = { '-l --selector': 'selector', '--chunk-size': 'count' }
const PRINTED: FlagTable = { '-o --output': 'output-format', '--allow-missing-template-keys': 'switch', '--show-managed-fields': 'switch' }
const WATCHED: FlagTable = { '-w --watch': 'switch' }

/** What `kubectl logs` finds pods behind (kubectl's `logsForObject`). */
const LOGGED: readonly string[] = ['Pod', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Service', 'ReplicationController']
const ROLLED: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet']

export const READS: Readonly<Record<string, CommandGrammar>> = {
  get: {
    flags: {
      ...MANY, ...SELECTED, ...PRINTED, ...WATCHED, '--field-selector': 'field-selector', '--sort-by': 'sort-path', '-L --label-columns': 'label-keys', '--show-labels': 'switch', '--show-kind': 'switch',
      '--no-headers': 'switch', '--ignore-not-found': 'switch', '--watch-only': 'switch', '--output-watch-events': 'switch', '--server-print': 'switch',
    },
    read: readObjects('get'),
  },
  describe: { flags: { ...MANY, ...SELECTED, '--show-events': 'switch' }, read: readDescribed },
  logs: {
    flags: {
      ...EVERYWHERE, '-l --selector': 'selector', '-c --container': 'container', '-p --previous': 'switch', '-f --follow': 'switch', '--since': 'duration', '--since-time': 'instant', '--tail': 'count-or-all',
      '--timestamps': 'switch', '--prefix': 'switch', '--all-containers': 'switch', '--all-pods': 'switch', '--limit-bytes': 'count', '--max-log-requests': 'count', '--pod-running-timeout': 'duration', '--ignore-errors': 'switch',
    },
    read: readLogs,
  },
  'top pods': {
    flags: { ...MANY, '-l --selector': 'selector', '--field-selector': 'field-selector', '--containers': 'switch', '--no-headers': 'switch', '--sort-by': ['cpu', 'memory'], '--sum': 'switch', '--use-protocol-buffers': 'switch' },
    kindImplied: true,
    read: readTop('pods'),
  },
  'top nodes': { kindImplied: true, flags: { ...EVERYWHERE, '-l --selector': 'selector', '--no-headers': 'switch', '--sort-by': ['cpu', 'memory'], '--show-capacity': 'switch', '--use-protocol-buffers': 'switch' }, read: readTop('nodes') },
  events: { flags: { ...MANY, ...PRINTED, ...WATCHED, '--for': 'text', '--types': 'words', '--no-headers': 'switch', '--chunk-size': 'count' }, read: readEvents },
  explain: { flags: { ...EVERYWHERE, '--recursive': 'switch', '--api-version': ['v1', 'apps/v1', 'batch/v1', 'autoscaling/v1', 'autoscaling/v2', 'policy/v1', 'networking.k8s.io/v1', 'rbac.authorization.k8s.io/v1', 'apiextensions.k8s.io/v1', 'argoproj.io/v1alpha1'], '-o --output': ['plaintext', 'plaintext-openapiv2'] }, read: readExplain },
  'api-resources': {
    flags: { ...EVERYWHERE, '--api-group': 'word', '--cached': 'switch', '--categories': 'words', '--namespaced': 'switch', '--no-headers': 'switch', '-o --output': ['wide', 'name'], '--sort-by': ['name', 'kind'], '--verbs': 'words' },
    read: readNothing('api-resources'),
  },
  'api-versions': { flags: EVERYWHERE, read: readNothing('api-versions') },
  version: { flags: { ...EVERYWHERE, '--client': 'switch', '-o --output': ['json', 'yaml'] }, read: readNothing('version') },
  'auth can-i': { flags: { ...MANY, '--list': 'switch', '--no-headers': 'switch', '-q --quiet': 'switch', '--subresource': 'word' }, read: readCanI },
  'auth whoami': { flags: { ...EVERYWHERE, ...PRINTED }, read: readNothing('auth whoami') },
  'rollout status': { flags: { ...EVERYWHERE, ...WATCHED, '-l --selector': 'selector', '--revision': 'count', '--timeout': 'duration' }, read: readRollout('rollout status') },
  'rollout history': { flags: { ...EVERYWHERE, ...PRINTED, '-l --selector': 'selector', '--revision': 'count' }, read: readRollout('rollout history') },
}

export const READ_ALIASES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['pod', 'po'].map((name) => [`top ${name}`, 'top pods'])),
  ...Object.fromEntries(['node', 'no'].map((name) => [`top ${name}`, 'top nodes'])),
}

function readObjects(op: string): CommandGrammar['read'] {
  return (words, place) => {
    const found = readTargets(words.positionals, place)
    if (isRefusal(found)) return found
    const intents = targetIntents(words, found.targets, { op, effect: 'read', ...follows(words) })
    return isRefusal(intents) ? intents : { intents, positionals: found.words }
  }
}

/** What is told of a ServiceAccount includes its tokens: kubectl lists all Secrets of the namespace for it. */
function readDescribed(words: ParsedWords, place: Place): Meaning | Refusal {
  const meaning = readObjects('describe')(words, place)
  if (isRefusal(meaning) || !meaning.intents.some(({ kind }) => kind === 'ServiceAccount')) return meaning
  return refuse('secret', 'describe of a ServiceAccount reads the Secrets of its namespace; use get')
}

function follows(words: ParsedWords): Pick<Intent, 'tags'> {
  return { tags: ['--watch', '--watch-only', '--follow'].some((flag) => isOn(words, flag)) ? ['follows'] : [] }
}

function readRollout(op: string): CommandGrammar['read'] {
  return (words, place) => {
    const meaning = readObjects(op)(words, place)
    if (isRefusal(meaning)) return meaning
    const other = meaning.intents.find(({ kind }) => !ROLLED.includes(kind ?? ''))
    return other === undefined ? meaning : refuse('argument-forbidden', `a ${other.kind ?? ''} has no rollout`)
  }
}

/** `logs web-0`, `logs web-0 container`, `logs deploy/web`, `logs -l app=web`. */
function readLogs(words: ParsedWords, place: Place): Meaning | Refusal {
  const [object, container, ...more] = words.positionals
  if (object !== undefined && valueOf(words, '--selector') !== undefined) return refuse('argument-forbidden', 'logs takes a pod or a selector, not both')
  if (more.length > 0 || (container !== undefined && words.flags.has('--container'))) return refuse('argument-forbidden', 'logs reads one object, and one container of it')
  if (object === undefined) return valueOf(words, '--selector') === undefined ? refuse('no-name', 'logs needs a pod, or a selector') : logsOf(words, { words: [], kind: 'pods', names: [] }, place)
  const [kind, name] = object.includes('/') ? object.split('/', 2) : ['pods', object]
  if (object.split('/').length > 2) return refuse('bad-value', `${shown(object)} is not KIND/NAME`)
  const problem = badName(name ?? '', place) ?? (container === undefined ? undefined : badName(container, place))
  if (problem !== undefined) return problem
  const info = kindNamed(kind ?? '', place)
  if (isRefusal(info)) return info
  return logsOf(words, { words: [`${resourceName(info)}/${name ?? ''}`, ...(container === undefined ? [] : [container])], kind: kind ?? '', names: [name ?? ''] }, place)
}

function logsOf(words: ParsedWords, object: { readonly words: readonly string[]; readonly kind: string; readonly names: readonly string[] }, place: Place): Meaning | Refusal {
  const info = kindNamed(object.kind, place)
  if (isRefusal(info)) return info
  if (!LOGGED.includes(info.kind) && info.kind !== 'Secret') return refuse('argument-forbidden', `a ${info.kind} has no logs`)
  const intents = targetIntents(words, [{ info, names: object.names }], { op: 'logs', effect: 'read', ...follows(words) })
  return isRefusal(intents) ? intents : { intents: intents.map((intent) => ({ ...intent, subresource: 'log' })), positionals: object.words }
}

function readTop(kind: 'pods' | 'nodes'): CommandGrammar['read'] {
  return (words, place) => {
    if (words.positionals.length > 1) return refuse('argument-forbidden', 'top takes one name')
    const meaning = readObjects('top')({ ...words, positionals: [kind, ...words.positionals] }, place)
    return isRefusal(meaning) ? meaning : { ...meaning, positionals: meaning.positionals.slice(1) }
  }
}

function readEvents(words: ParsedWords, place: Place): Meaning | Refusal {
  if (words.positionals.length > 0) return refuse('argument-forbidden', 'events takes no names; use --for KIND/NAME')
  const about = valueOf(words, '--for')
  const found = about === undefined ? undefined : readTargets([about], place)
  if (isRefusal(found)) return found
  if (found !== undefined && !(about ?? '').includes('/')) return refuse('bad-value', `--for: ${shown(about ?? '')} is not KIND/NAME`)
  const event = kindNamed('events', place)
  if (isRefusal(event)) return event
  const intents = targetIntents(words, [{ info: event, names: [] }, ...(found?.targets ?? [])], { op: 'events', effect: 'read', ...follows(words) })
  return isRefusal(intents) ? intents : { intents, positionals: [] }
}

function readNothing(op: string): CommandGrammar['read'] {
  return (words) => (words.positionals.length > 0 ? refuse('argument-forbidden', `${op} takes no arguments`) : { intents: [{ op, effect: 'read', names: [], tags: [] }], positionals: [] })
}

/** `explain deployment.spec.template`: the schema of a kind, never an object. */
function readExplain(words: ParsedWords, place: Place): Meaning | Refusal {
  const [path, ...more] = words.positionals
  if (path === undefined || more.length > 0) return refuse('argument-forbidden', 'explain takes one kind, with the path of a field')
  const parts = path.split('.')
  if (!parts.every((part) => /^[A-Za-z0-9][A-Za-z0-9-]*$/.test(part))) return refuse('bad-value', `${shown(path)} is no path of a field`)
  // The group of a kind has dots as the path has: the longest prefix that is a kind is the kind.
  for (let length = parts.length; length > 0; length -= 1) {
    const resolved = resolveKind(parts.slice(0, length).join('.'), place.kinds)
    if (resolved.type !== 'known') continue
    const { info } = resolved
    return { intents: [{ op: 'explain', effect: 'read', kind: info.kind, group: info.group, names: [], tags: [] }], positionals: [[resourceName(info), ...parts.slice(length)].join('.')] }
  }
  return refuse('kind-unknown', `${shown(parts[0] ?? '')} is no kind that discovery knows`)
}

/** `auth can-i delete pods`: a question about rights. It reads no object, of whatever kind it speaks. */
function readCanI(words: ParsedWords, place: Place): Meaning | Refusal {
  const [verb, object, ...more] = words.positionals
  const namespace = namespaceOf(words)
  if (isRefusal(namespace)) return namespace
  const intent = { op: 'auth can-i', effect: 'read', names: [], tags: [], ...namespace } as const
  if (isOn(words, '--list')) return verb === undefined ? { intents: [intent], positionals: [] } : refuse('argument-forbidden', '--list takes no verb')
  if (verb === undefined || object === undefined || more.length > 0) return refuse('argument-forbidden', 'can-i takes a verb and a kind')
  if (!/^(?:[a-z]+|\*)$/.test(verb)) return refuse('bad-value', `${shown(verb)} is no verb of the API`)
  if (object === '*') return { intents: [intent], positionals: [verb, '*'] }
  return readAskedKind({ verb, object, intent, place })
}

function readAskedKind({ verb, object, intent, place }: { readonly verb: string; readonly object: string; readonly intent: Meaning['intents'][number]; readonly place: Place }): Meaning | Refusal {
  const [kind = '', name, ...more] = object.split('/')
  const info = kindNamed(kind, place)
  if (isRefusal(info)) return info
  const problem = name === undefined ? undefined : badName(name, place)
  if (problem !== undefined || more.length > 0) return problem ?? refuse('bad-value', `${shown(object)} is not KIND/NAME`)
  const named = { ...intent, ...kindParts(info), names: name === undefined ? [] : [name] }
  return { intents: [named], positionals: [verb, name === undefined ? resourceName(info) : `${resourceName(info)}/${name}`] }
}
