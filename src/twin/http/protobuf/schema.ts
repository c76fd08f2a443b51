/**
 * How Kubernetes types look in protobuf, from `messages.json` (made by `scripts/generate/protobuf-schema.ts` from the
 * `generated.proto` files of k8s.io/api 0.36). Read when the first protobuf body arrives.
 */

import { readFileSync } from 'node:fs'

export interface Field {
  readonly name: string
  /** A scalar, or the name of a message. */
  readonly type: string
  /** `inline`: its fields belong to the parent. `omit-zero`: absent from JSON when empty, 0 or false. */
  readonly rule: 'map' | 'repeated' | 'inline' | 'omit-zero' | undefined
  /** Go writes it even when it is empty: `null` for a list. */
  readonly isAlways: boolean
}

export type Message = ReadonlyMap<number, Field>

let messages: ReadonlyMap<string, Message> | undefined

/** The message of this short name, such as `core.v1.Pod`; undefined when we do not know it. */
export function messageNamed(name: string): Message | undefined {
  messages ??= readMessages()
  return messages.get(name)
}

/** `apps/v1 Deployment` is `apps.v1.Deployment`; every group has its own package, the core group is `core`. */
export function messageOfKind(apiVersion: string, kind: string): string {
  if (kind === 'DeleteOptions') return 'meta.v1.DeleteOptions'
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion]
  return `${group.split('.')[0]}.${version}.${kind}`
}

function readMessages(): ReadonlyMap<string, Message> {
  const text = readFileSync(new URL('messages.json', import.meta.url), 'utf8')
  return new Map(Object.entries(JSON.parse(text) as Record<string, string>).map(([name, fields]) => [name, parseFields(fields)]))
}

function parseFields(text: string): Message {
  const fields = text.split('|').filter((field) => field !== '')
  return new Map(
    fields.map((field) => {
      const [number = '', name = '', type = '', rule = '-', always] = field.split(' ')
      return [Number(number), { name, type, rule: rule === '-' ? undefined : (rule as Field['rule']), isAlways: always !== undefined }]
    }),
  )
}
