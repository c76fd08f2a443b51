/** Field selectors by kind: how they are taken apart, which fields a kind has, and what is said of the rest. */

import * as fc from 'fast-check'
import { isFault } from '../../../src/kernel/fault.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { parseFieldSelector } from '../../../src/twin/field-selector.ts'
import { area } from '../area.ts'

interface Selection {
  readonly apiVersion: string
  readonly kind: string
  readonly text: string
  readonly fields: Readonly<Record<string, string>>
}

const KINDS = [['v1', 'Pod'], ['v1', 'Pod'], ['v1', 'Node'], ['v1', 'Event'], ['v1', 'Secret'], ['v1', 'Namespace'], ['v1', 'Service'], ['v1', 'ConfigMap'], ['v1', 'ReplicationController'], ['apps/v1', 'Deployment'], ['apps/v1', 'ReplicaSet'], ['batch/v1', 'Job'], ['batch/v1', 'CronJob'], ['events.k8s.io/v1', 'Event'], ['certificates.k8s.io/v1', 'CertificateSigningRequest']] as const
const FIELDS = ['metadata.name', 'metadata.namespace', 'spec.nodeName', 'spec.host', 'spec.restartPolicy', 'spec.unschedulable', 'spec.type', 'spec.clusterIP', 'spec.signerName', 'status.phase', 'status.podIP', 'status.replicas', 'status.successful', 'involvedObject.kind', 'regarding.kind', 'reason', 'source', 'type', 'spec.bogus', 'metadata.labels', '']
/** What a server sees of every object of the kind, said or not (`NodeToSelectableFields`). */
const ALWAYS: Readonly<Record<string, Readonly<Record<string, string>>>> = { Node: { 'spec.unschedulable': 'false' } }
const VALUES = ['a', 'b', '', 'Running', 'a\\,b', 'a\\=b', 'a=b', 'a\\x', 'a\\', ' a', 'a b']

const term = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...FIELDS), fc.constantFrom('=', '==', '!='), fc.constantFrom(...VALUES)).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', 'metadata.name', ' metadata.name=a', 'metadata.name =a', 'metadata.name in (a)', '!metadata.name', 'metadata.name!a') },
)

export const fieldSelector = area<Selection>({
  name: 'field-selector',
  questions: fc
    .record({ kind: fc.constantFrom(...KINDS), terms: fc.array(term, { minLength: 1, maxLength: 2 }), fields: fc.dictionary(fc.constantFrom('metadata.name', 'metadata.namespace', 'status.phase', 'spec.nodeName', 'type', 'reason'), fc.constantFrom('a', 'b', 'Running', 'a,b'), { maxKeys: 4 }) })
    .map(({ kind: [apiVersion, kind], terms, fields }) => ({ apiVersion, kind, text: terms.join(','), fields: { ...ALWAYS[kind], ...fields } })),
  count: 600,
  answer(asked) {
    try {
      return { matches: parseFieldSelector(asked.text, asked)(objectWith(asked)) }
    } catch (error) {
      if (!isFault(error)) throw error
      return { error: error.message }
    }
  },
})

function objectWith({ apiVersion, kind, fields }: Selection): KubeObject {
  const root: Record<string, unknown> = { apiVersion, kind, metadata: {} }
  for (const [path, value] of Object.entries(fields)) {
    const steps = path.split('.')
    const last = steps.pop() ?? ''
    const parent = steps.reduce((node, step) => (node[step] ??= {}) as Record<string, unknown>, root)
    parent[last] = value
  }
  return root as unknown as KubeObject
}
