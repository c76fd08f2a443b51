/** A Service that is changed while pods come, go and turn unready: whom it chooses, by which ports, and what it is. */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { JsonValue } from '../../../src/kernel/json.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { Script, Step } from '../script.ts'
import { APP, evicted, removed, rolled, sized, targetOf } from './acts.ts'
import { service, template, workload } from './workload-objects.ts'

const OTHER = 'other'
const created = (object: KubeObject): Step => ({ do: 'create', object })

/** A port that has a name in the pods of the one, and none in those of the other. */
const named = { containers: [{ name: 'main', image: 'good:1', ports: [{ name: 'web', containerPort: 8080 }, { name: 'admin', containerPort: 9090 }], readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 } }] }
const behind = (name: string, pod: object): Arbitrary<KubeObject> =>
  fc.integer({ min: 1, max: 3 }).map((replicas) => ({ ...workload('Deployment', name, { replicas }, template(name, 'good:1', pod)), metadata: { name } }))

const ports = fc.constantFrom<JsonValue>(
  [{ port: 80, targetPort: 8080 }],
  [{ name: 'a', port: 80, targetPort: 'web' }],
  [{ name: 'a', port: 80, targetPort: 'web' }, { name: 'b', port: 90, targetPort: 'admin' }],
  [{ name: 'a', port: 80, targetPort: 'nowhere' }, { name: 'b', port: 90, targetPort: 9090, protocol: 'UDP' }],
  [{ name: 'a', port: 443, targetPort: 8443, appProtocol: 'https' }],
)
const selector = fc.constantFrom<JsonValue>({ app: APP }, { app: OTHER }, { app: null, side: 'a' }, { app: 'nobody' })
const shape = fc.constantFrom<object>({}, {}, { clusterIP: 'None' }, { publishNotReadyAddresses: true }, { clusterIP: 'None', publishNotReadyAddresses: true }, { type: 'NodePort' }, { type: 'LoadBalancer' }, { trafficDistribution: 'PreferClose' })

const serviced: Arbitrary<KubeObject> = fc.tuple(shape, ports).map(([spec, drawn]) => ({ ...service(APP), spec: { ...(service(APP)['spec'] as object), ports: drawn, ...spec } }))
const change = fc.oneof(
  { weight: 3, arbitrary: selector.map((next) => ({ selector: next })) },
  { weight: 2, arbitrary: ports.map((next) => ({ ports: next })) },
  { weight: 1, arbitrary: fc.boolean().map((publishNotReadyAddresses) => ({ publishNotReadyAddresses })) },
  { weight: 1, arbitrary: fc.constantFrom<{ [key: string]: JsonValue }>({ type: 'NodePort' }, { type: 'ClusterIP' }, { type: 'ExternalName', externalName: 'example.com', clusterIP: null, clusterIPs: null }, { trafficDistribution: 'PreferClose' }) },
)
const changed = change.map((spec): Step => ({ do: 'patch', target: targetOf('Service'), patch: { type: 'merge', body: { spec } } }))
/** Not which of those that are labelled and those that are not: that would be chance. */
const allOrMore = fc.constantFrom(0, 6).map((count) => sized('Deployment', count))
const relabelled = fc.tuple(fc.nat({ max: 3 }), fc.constantFrom<JsonValue>({ side: 'a' }, { side: null })).map(([index, labels]): Step => ({ do: 'patch-pod', pod: { app: APP, index }, body: { metadata: { labels } } }))

export const serviceScripts: Arbitrary<Script> = fc.tuple(serviced, behind(APP, named), behind(OTHER, {}), fc.boolean()).chain(([front, first, second, isFirst]) => {
  const steps = fc.array(
    fc.oneof({ weight: 6, arbitrary: changed }, { weight: 2, arbitrary: relabelled }, { weight: 1, arbitrary: allOrMore }, { weight: 1, arbitrary: rolled('Deployment') }, { weight: 1, arbitrary: evicted }, { weight: 1, arbitrary: removed }, { weight: 1, arbitrary: fc.constantFrom<Step>({ do: 'remove', target: targetOf('Service') }, created(front)) }),
    { minLength: 2, maxLength: 5 },
  )
  return steps.map((drawn) => ({ name: 'Service', steps: [...(isFirst ? [front, first, second] : [first, second, front]).map(created), ...drawn] }))
})
