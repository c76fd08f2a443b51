/**
 * Several managers write one object in turn, by apply, creation and merge patch: what it becomes, who owns which field
 * afterwards, and whose apply is refused for whose sake. Upstream's side is its own field manager with the types of its own
 * OpenAPI document, between decoding and storage.
 */

import * as fc from 'fast-check'
import { isFault } from '../../../src/kernel/fault.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { ApiServer } from '../../../src/twin/api/create-api.ts'
import { isApiFault } from '../../../src/twin/api/status-error.ts'
import { area } from '../area.ts'
import { bareApi } from '../bare-api.ts'
import { withoutEmpty } from '../without-empty.ts'

interface Step {
  readonly verb: 'create' | 'apply' | 'merge'
  readonly manager: string
  readonly force?: boolean
  readonly object: KubeObject
}

interface Writing {
  readonly steps: readonly Step[]
}

const MANAGERS = ['ann', 'bob', 'eve'] as const
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined })
const texts = fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('x', 'y'), { minKeys: 1, maxKeys: 2 })
/** Nothing that Go leaves out when it writes: empty lists and maps, `false` and 0 of fields that are no pointers. */
const some = <T>(...values: readonly T[]): fc.Arbitrary<readonly T[]> => fc.subarray([...values], { minLength: 1 })

const container = (name: string): fc.Arbitrary<object> =>
  fc.record(
    {
      name: fc.constant(name),
      image: fc.constantFrom('registry.local/app:1', 'registry.local/app:2'),
      args: some('-a', '-b'),
      env: some({ name: 'A', value: 'x' }, { name: 'B', value: 'y' }, { name: 'A', value: 'z' }).filter((list) => new Set(list.map(({ name: own }) => own)).size === list.length),
      ports: some<object>({ containerPort: 80 }, { containerPort: 81, protocol: 'UDP' }, { containerPort: 80, name: 'http', protocol: 'TCP' }).filter((list) => !(list.length === 3 || (list.length === 2 && JSON.stringify(list).split('80').length === 3))),
      resources: fc.constantFrom({ requests: { cpu: '100m' } }, { requests: { cpu: '100m' }, limits: { cpu: '200m' } }, { limits: { memory: '1Gi' } }),
      command: fc.constant(['run']),
      securityContext: fc.constantFrom({}, { runAsUser: 1 }),
      readinessProbe: fc.constantFrom({ httpGet: { path: '/', port: 80 } }, { tcpSocket: { port: 80 }, periodSeconds: 5 }),
    },
    { requiredKeys: ['name'] },
  )

const podSpec = fc.record(
  {
    containers: fc.tuple(container('app'), optional(container('side'))).chain(([app, side]) => fc.constantFrom([app, side], [side, app])).map((list) => list.filter((item) => item !== undefined)),
    tolerations: some({ key: 't', operator: 'Exists' }, { operator: 'Exists', effect: 'NoSchedule' }),
    nodeSelector: texts,
    volumes: some<object>({ name: 'data', emptyDir: {} }, { name: 'more', configMap: { name: 'c' } }),
    imagePullSecrets: some({ name: 'one' }, { name: 'two' }),
    securityContext: fc.constantFrom({}, { fsGroup: 1 }),
    terminationGracePeriodSeconds: fc.constantFrom(5, 30),
    affinity: fc.constantFrom({ podAffinity: {} }, { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'z', operator: 'Exists' }] }] } } }),
  },
  { requiredKeys: ['containers'] },
)
const metadata = fc.record({ labels: texts, annotations: texts, finalizers: some('example.com/a', 'example.com/b') }, { requiredKeys: [] }).map((more) => ({ name: 'web', namespace: 'shop', ...more }))
const deployment = fc
  .record(
    {
      replicas: fc.constantFrom(1, 2, 3),
      paused: fc.constant(true),
      minReadySeconds: fc.constantFrom(3, 5),
      strategy: fc.constantFrom({}, { type: 'Recreate' }, { rollingUpdate: { maxSurge: 1 } }, { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 1 } }),
      spec: podSpec,
    },
    { requiredKeys: ['spec'] },
  )
  .map(({ spec, ...rest }) => ({ ...rest, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec } }))
const service = fc
  .record(
    {
      ports: some<object>({ port: 80, name: 'http' }, { port: 81, name: 'more', targetPort: 'x' }, { port: 80, protocol: 'UDP', name: 'dns' }),
      selector: texts,
      sessionAffinity: fc.constantFrom('ClientIP', 'None'),
      externalIPs: some('10.1.1.1', '10.1.1.2'),
    },
    { requiredKeys: ['ports'] },
  )
  .map((rest) => ({ ...rest, type: 'ClusterIP', clusterIP: '10.0.0.7', clusterIPs: ['10.0.0.7'] }))
const budget = fc.record({ minAvailable: fc.constantFrom(1, '50%'), maxUnavailable: fc.constant(1), selector: fc.constantFrom({ matchLabels: { app: 'web' } }, { matchLabels: { app: 'web', b: 'c' } }, {}) }, { requiredKeys: [] })

interface Kind {
  readonly apiVersion: string
  readonly kind: string
  readonly body: fc.Arbitrary<object>
  readonly patches: fc.Arbitrary<object>
}

const KINDS: readonly Kind[] = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    body: deployment.map((spec) => ({ spec })),
    patches: fc.oneof(
      fc.constantFrom(1, 4).map((replicas) => ({ spec: { replicas } })),
      podSpec.map((spec) => ({ spec: { template: { spec } } })),
      fc.constantFrom({ spec: { strategy: { type: 'Recreate', rollingUpdate: null } } }, { spec: { paused: null } }, { spec: { template: { spec: { nodeSelector: { c: 'z' } } } } }, { spec: { template: { metadata: { annotations: { at: 'now' } } } } }),
    ),
  },
  { apiVersion: 'v1', kind: 'Service', body: service.map((spec) => ({ spec })), patches: fc.oneof(service.map(({ ports }) => ({ spec: { ports } })), fc.constantFrom({ spec: { selector: null } }, { spec: { selector: { c: 'z' } } })) },
  { apiVersion: 'v1', kind: 'ConfigMap', body: fc.record({ data: texts, immutable: fc.constant(false) }, { requiredKeys: [] }), patches: fc.record({ data: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('x', 'z', null), { maxKeys: 2 }).map((data) => ({ ...data, c: 'z' })) }) },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', body: budget.map((spec) => ({ spec })), patches: fc.constantFrom({ spec: { minAvailable: 2 } }, { spec: { minAvailable: null, maxUnavailable: 1 } }) },
]

function stepsOf({ apiVersion, kind, body, patches }: Kind): fc.Arbitrary<Writing> {
  const manager = fc.constantFrom(...MANAGERS)
  const whole = fc.tuple(metadata, body).map(([own, rest]) => ({ apiVersion, kind, metadata: own, ...rest }) as unknown as KubeObject)
  const labelled = texts.map((labels) => ({ metadata: { labels } }))
  const patch = fc.oneof({ weight: 3, arbitrary: patches }, { weight: 1, arbitrary: labelled }).map((rest) => ({ apiVersion, kind, ...rest }) as unknown as KubeObject)
  const first = fc.record({ verb: fc.constantFrom('create' as const, 'apply' as const), manager, object: whole })
  const later = fc.oneof(
    { weight: 3, arbitrary: fc.record({ verb: fc.constant('apply' as const), manager, force: fc.constantFrom(false, false, true), object: whole }) },
    { weight: 1, arbitrary: fc.record({ verb: fc.constant('merge' as const), manager, object: patch }) },
  )
  return fc.tuple(first, fc.array(later, { minLength: 1, maxLength: 4 })).map(([start, rest]) => ({ steps: [start, ...rest] }))
}

export const apply = area<Writing>({
  name: 'apply',
  questions: fc.constantFrom(KINDS[0] as Kind, KINDS[0] as Kind, ...KINDS).chain(stepsOf),
  count: 300,
  answer: ({ steps }, minor) => {
    const api = bareApi(minor, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' }, status: { phase: 'Active' } }])
    const outcomes = steps.map((step) => outcomeOf(api, step))
    const last = outcomes.findLast((outcome) => 'metadata' in outcome)
    return { refused: outcomes.flatMap((outcome, step) => ('metadata' in outcome ? [] : [{ step, ...outcome }])), ...(last === undefined ? {} : shown(last)) }
  },
})

interface Refusal {
  readonly message: string
  readonly causes?: readonly object[]
}

/** What was refused at first cannot be merged into. */
const NOT_FOUND = 404

function outcomeOf(api: ApiServer, step: Step): KubeObject | Refusal {
  try {
    return written(api, step)
  } catch (error) {
    if (!isFault(error) || !isApiFault(error)) throw error
    const { code, message, details } = error.kubeStatus
    if (code === NOT_FOUND) return { message: 'absent' }
    const causes = (details?.causes ?? []).map(({ field, reason, message: words }) => ({ field, reason, message: words })).sort((left, right) => (left.message < right.message ? -1 : left.message > right.message ? 1 : 0))
    return { message, ...(causes.length === 0 ? {} : { causes }) }
  }
}

function written(api: ApiServer, { verb, manager, force = false, object }: Step): KubeObject {
  if (verb === 'create') return api.create(object, { fieldManager: manager })
  if (verb === 'apply') return api.apply(object, { fieldManager: manager, force })
  const { apiVersion, kind, ...body } = object
  return api.patch({ apiVersion, kind, namespace: 'shop', name: 'web' }, { type: 'merge', body: body as never }, { fieldManager: manager })
}

interface Entry {
  readonly manager: string
  readonly operation: string
  readonly apiVersion: string
  readonly fieldsV1: unknown
}

function shown(stored: KubeObject & { readonly status?: unknown }): object {
  const { status: _, ...object } = stored
  const { managedFields = [], creationTimestamp: __, uid: ___, resourceVersion: ____, ...rest } = object.metadata
  const entries = (managedFields as unknown as readonly Entry[]).map(({ manager, operation, apiVersion, fieldsV1 }) => ({ manager, operation, apiVersion, fields: fieldsV1 }))
  const { ipFamilies: ______, ipFamilyPolicy: _______, ...spec } = (object['spec'] ?? {}) as Record<string, unknown>
  return {
    object: withoutEmpty({ ...object, metadata: rest, spec }),
    managed: entries.sort((left, right) => (`${left.operation} ${left.manager}` < `${right.operation} ${right.manager}` ? -1 : 1)),
  }
}
