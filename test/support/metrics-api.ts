/**
 * A server that speaks the metrics API (metrics.k8s.io/v1beta1), to stand behind a real API server's aggregation: no
 * kubelet of the oracle measures anything. It is found as a Service of type ExternalName, and shows a certificate that the
 * APIService does not check.
 */

import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { KubeObject } from '../../src/model/kube-object.ts'

export interface MetricsApi {
  /** What makes an API server ask us. */
  readonly objects: readonly KubeObject[]
  stop(): Promise<void>
}

const GROUP = 'metrics.k8s.io'
const VERSION = 'v1beta1'
const ROOT = `/apis/${GROUP}/${VERSION}`

const RESOURCES = [
  { name: 'nodes', singularName: '', namespaced: false, kind: 'NodeMetrics', verbs: ['get', 'list'] },
  { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] },
]

/** `pods` and `nodes`: what there is to tell, as often as somebody asks. */
export async function serveMetrics(options: { readonly key: string; readonly cert: string; pods(): readonly object[]; nodes(): readonly object[] }): Promise<MetricsApi> {
  const lists: Readonly<Record<string, () => object>> = {
    [ROOT]: () => ({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${GROUP}/${VERSION}`, resources: RESOURCES }),
    [`${ROOT}/pods`]: () => ({ kind: 'PodMetricsList', apiVersion: `${GROUP}/${VERSION}`, metadata: {}, items: options.pods() }),
    [`${ROOT}/nodes`]: () => ({ kind: 'NodeMetricsList', apiVersion: `${GROUP}/${VERSION}`, metadata: {}, items: options.nodes() }),
  }
  const server = createServer({ key: options.key, cert: options.cert }, ({ url = '' }, response) => {
    const list = lists[url.split('?')[0] ?? '']
    response.writeHead(list === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(list?.() ?? { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const service = { name: 'metrics-stand-in', namespace: 'kube-system' }
  return {
    objects: [
      { apiVersion: 'v1', kind: 'Service', metadata: service, spec: { type: 'ExternalName', externalName: 'localhost' } },
      { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name: `${VERSION}.${GROUP}` }, spec: { group: GROUP, version: VERSION, groupPriorityMinimum: 100, versionPriority: 100, insecureSkipTLSVerify: true, service: { ...service, port } } },
    ],
    stop: () => new Promise((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    }),
  }
}
