/**
 * `kubectl apply -f FILE`: means what the file says. Where the file is on this machine it is read, and each object in it
 * becomes an intent; where it is not, the command is judged by its words, and says so.
 */

import { existsSync, readFileSync, statSync } from 'node:fs'
import { posix } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { isRecord } from '../../../kernel/json.ts'
import { isOn, valueOf, type CommandGrammar, type Meaning, type ParsedWords } from '../grammar.ts'
import type { EffectTag } from '../intent.ts'
import type { Place } from '../place.ts'
import { isRefusal, refuse, shown, type Refusal } from '../refusal.ts'
import { workspacePath } from '../workspace-path.ts'
import { dryRun } from './changes.ts'
import { EVERYWHERE } from './reads.ts'
import { badName, kindNamed, kindParts, namespaceOf } from './targets.ts'

/** A runbook's manifest is some objects; a file of this size is a release. */
const MANIFEST_FILE_BYTES_MAX = 1_048_576
const OBJECTS_MAX = 50

export const APPLY: CommandGrammar = {
  flags: {
    ...EVERYWHERE, '--dry-run': { type: ['none', 'client', 'server'], attached: 'required' }, '-o --output': ['name'], '-f --filename': 'path', '--server-side': 'switch', '--force-conflicts': 'switch',
    '--validate': ['strict', 'true'], '--wait': 'switch', '--timeout': 'duration',
  },
  read: readApply,
}

function readApply(words: ParsedWords, place: Place): Meaning | Refusal {
  const file = valueOf(words, '--filename')
  if (file === undefined || words.positionals.length > 0) return refuse('argument-forbidden', 'apply takes one file of the workspace with -f')
  if (!/\.(?:yaml|yml|json)$/.test(file)) return refuse('manifest', `${shown(file)} is no YAML or JSON file`)
  const path = workspacePath(file, place)
  if (isRefusal(path)) return path
  const intents = place.look && existsSync(posix.join(place.workspace, path)) ? intentsOfFile(words, path, place) : unread(words, path)
  return isRefusal(intents) ? intents : { intents, positionals: [] }
}

function tagsOf(words: ParsedWords): EffectTag[] {
  return isOn(words, '--force-conflicts') ? ['forced'] : []
}

function unread(words: ParsedWords, path: string): Meaning['intents'] | Refusal {
  const namespace = namespaceOf(words)
  return isRefusal(namespace) ? namespace : [{ op: 'apply', effect: 'change', names: [path], tags: [...tagsOf(words), 'manifest-unread'], ...namespace, ...dryRun(words) }]
}

function intentsOfFile(words: ParsedWords, path: string, place: Place): Meaning['intents'] | Refusal {
  const text = textOf(posix.join(place.workspace, path))
  if (isRefusal(text)) return text
  const documents = parseAllDocuments(text, { uniqueKeys: true, strict: true })
  if ('empty' in documents) return refuse('manifest', `${shown(path)} holds no object`)
  const wrong = documents.flatMap(({ errors }) => errors)[0]
  if (wrong !== undefined) return refuse('manifest', `${shown(path)} does not parse: ${wrong.message.split('\n')[0] ?? ''}`)
  const objects = documents.map((document) => document.toJS({ maxAliasCount: 0 }) as unknown).filter((value) => value !== null)
  if (objects.length === 0 || objects.length > OBJECTS_MAX) return refuse('manifest', `${shown(path)} holds ${objects.length} objects; 1 to ${OBJECTS_MAX} can be judged`)
  const intents = objects.map((object) => intentOfObject(words, object, place))
  return intents.find(isRefusal) ?? (intents as Meaning['intents'])
}

function textOf(file: string): string | Refusal {
  try {
    const { size } = statSync(file)
    if (size > MANIFEST_FILE_BYTES_MAX) return refuse('manifest', `the file is ${size} bytes; ${MANIFEST_FILE_BYTES_MAX} can be judged`)
    return readFileSync(file, 'utf8')
  } catch {
    return refuse('manifest', 'the file cannot be read')
  }
}

function intentOfObject(words: ParsedWords, object: unknown, place: Place): Meaning['intents'][number] | Refusal {
  if (!isRecord(object) || typeof object['kind'] !== 'string' || typeof object['apiVersion'] !== 'string' || !isRecord(object['metadata'])) return refuse('manifest', 'a document is no object with apiVersion, kind and metadata')
  const { name, namespace } = object['metadata']
  const group = object['apiVersion'].includes('/') ? object['apiVersion'].split('/')[0] : ''
  const info = kindNamed(`${object['kind']}${group === '' ? '' : `.${group ?? ''}`}`, place)
  if (isRefusal(info)) return info
  if (info.group !== group) return refuse('kind-unknown', `${object['kind']} of ${object['apiVersion']} is no kind that discovery knows`)
  if (typeof name !== 'string' || badName(name, place) !== undefined) return refuse('manifest', `a ${info.kind} has no name`)
  const said = namespaceOf(words)
  if (isRefusal(said)) return said
  if (namespace !== undefined && (typeof namespace !== 'string' || (said.namespace !== undefined && said.namespace !== namespace))) return refuse('manifest', `${info.kind} ${name} is for another namespace than -n says`)
  const where = namespace ?? said.namespace
  return { op: 'apply', effect: 'change', ...kindParts(info), names: [name], tags: tagsOf(words), ...(info.namespaced && typeof where === 'string' ? { namespace: where } : {}), ...dryRun(words) }
}
