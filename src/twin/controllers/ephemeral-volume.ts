/** Makes the claims of generic ephemeral volumes: one per pod and volume, owned by the pod (pkg/controller/volume/ephemeral). */

import type { KubeObject } from '../../model/kube-object.ts'
import { isPod, isTerminating } from '../../model/kube/workload.ts'
import type { Controller, Forkable } from '../controller.ts'

const NO_STATE: Forkable = { fork: () => NO_STATE }

export const ephemeralVolume: Controller = {
  name: 'ephemeral-volume-controller',
  watches: ['/Pod'],
  latencyMs: 10,
  createState: () => NO_STATE,
  *keysFor(change) {
    const pod = change.after
    if (change.before === undefined && pod !== undefined && isPod(pod) && (pod.spec?.volumes?.some((volume) => volume.ephemeral !== undefined) ?? false)) {
      yield `${pod.metadata.namespace ?? ''}|${pod.metadata.name ?? ''}`
    }
  },
  sync(key, { store, api }) {
    const pod = store.byKey(`/Pod|${key}`)
    if (pod === undefined || !isPod(pod) || isTerminating(pod)) return
    const { name: podName = '', namespace = '', uid = '' } = pod.metadata
    for (const { name, ephemeral } of pod.spec?.volumes ?? []) {
      const template = ephemeral?.volumeClaimTemplate
      const claimName = `${podName}-${name}`
      if (template === undefined || store.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claimName }) !== undefined) continue
      const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: podName, uid, controller: true, blockOwnerDeletion: true }]
      api.create({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { ...template.metadata, name: claimName, namespace, ownerReferences }, spec: template.spec } as KubeObject)
    }
  },
}
