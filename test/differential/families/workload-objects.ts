/** Workloads of plays: small, quick to start, with images that behave as their names say (see `DIFFERENTIAL_WORLD`). */

import type { KubeObject } from '../../../src/model/kube-object.ts'

/** What the images of all plays do; both sides have the same. */
export const DIFFERENTIAL_WORLD = {
  images: [
    { image: 'good:1', pullSeconds: 0, startSeconds: 1, stopSeconds: 1 },
    { image: 'good:2', pullSeconds: 0, startSeconds: 1, stopSeconds: 1 },
    { image: 'steady:1', pullSeconds: 0, startSeconds: 10, stopSeconds: 1 },
    { image: 'missing:1', exists: false },
    { image: 'deaf:1', pullSeconds: 0, startSeconds: 1, serves: [] },
    { image: 'crash:1', pullSeconds: 0, exits: [{ code: 3, afterSeconds: 0 }] },
    { image: 'work:1', pullSeconds: 0, exits: [{ code: 0, afterSeconds: 2 }] },
    { image: 'long:1', pullSeconds: 0, exits: [{ code: 0, afterSeconds: 100_000 }] },
  ],
}

const PROBE = { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 }

export function template(app: string, image: string, spec: object = {}): object {
  return { metadata: { labels: { app } }, spec: { terminationGracePeriodSeconds: 5, containers: [{ name: 'main', image, readinessProbe: PROBE }], ...spec } }
}

export function workload(kind: 'Deployment' | 'ReplicaSet' | 'StatefulSet' | 'DaemonSet', app: string, spec: object, pod: object = template(app, 'good:1')): KubeObject {
  return { apiVersion: 'apps/v1', kind, metadata: { name: app }, spec: { selector: { matchLabels: { app } }, template: pod, ...(kind === 'StatefulSet' ? { serviceName: app } : {}), ...spec } }
}

export function jobOf(name: string, image: string, spec: object, restartPolicy: 'Never' | 'OnFailure' = 'Never'): KubeObject {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { template: { metadata: { labels: { app: name } }, spec: { restartPolicy, terminationGracePeriodSeconds: 5, containers: [{ name: 'main', image }] } }, ...spec } }
}

export function budget(name: string, app: string, spec: object): KubeObject {
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name }, spec: { selector: { matchLabels: { app } }, ...spec } }
}

export function service(app: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: app }, spec: { selector: { app }, ports: [{ port: 80, targetPort: 8080 }] } }
}

export function imagePatch(image: string): { readonly type: 'json'; readonly body: readonly never[] } {
  return { type: 'json', body: [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: image }] as never }
}
