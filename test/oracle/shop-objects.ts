/** Small objects for tests on the oracle. */

import type { KubeObject } from '../../src/model/kube-object.ts'

interface PodShape {
  readonly name: string
  readonly image: string
  readonly container?: object
  readonly restartPolicy?: string
  readonly volumes?: readonly object[]
}

export function podOf({ name, image, container = {}, restartPolicy = 'Always', volumes = [] }: PodShape): KubeObject {
  return objectOf({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { restartPolicy, volumes, terminationGracePeriodSeconds: 5, containers: [{ name: 'main', image, ...container }] },
  })
}

export function deploymentOf({ name, image, replicas }: { readonly name: string; readonly image: string; readonly replicas: number }): KubeObject {
  return objectOf({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'main', image, readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 2 } }] },
      },
    },
  })
}

function objectOf(plain: object): KubeObject {
  return plain as KubeObject
}
