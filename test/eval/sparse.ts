/** A snapshot of which a part was not collected. */

import type { KubeObject } from '../../src/model/kube-object.ts'
import { createSnapshot, type Snapshot } from '../../src/model/snapshot.ts'
import type { Sparse } from './incident.ts'

/** What controllers make; somebody who keeps manifests has none of it. */
const MADE = new Set(['Pod', 'ReplicaSet', 'ControllerRevision', 'EndpointSlice', 'Endpoints', 'Lease', 'Event', 'Node'])

export function sparsely(snapshot: Snapshot, sparse: Sparse | undefined): Snapshot {
  switch (sparse) {
    case undefined:
      return snapshot
    case 'no-events':
      return { ...snapshot, objects: snapshot.objects.filter((object) => object.kind !== 'Event') }
    case 'no-logs':
      return { ...snapshot, logs: [] }
    case 'no-nodes':
      return { ...snapshot, objects: snapshot.objects.filter((object) => object.kind !== 'Node') }
    case 'pods-only':
      return { ...snapshot, logs: [], objects: snapshot.objects.filter((object) => object.kind === 'Pod') }
    case 'no-status':
      return { ...snapshot, objects: snapshot.objects.map((object) => (MADE.has(object.kind) ? object : withoutStatus(object))) }
    case 'manifests':
      return createSnapshot({ ...snapshot, logs: [], objects: snapshot.objects.filter((object) => !MADE.has(object.kind)).map(asWritten) })
  }
}

function withoutStatus(object: KubeObject): KubeObject {
  const { status: _status, ...rest } = object
  return rest as KubeObject
}

/** As in a repository: no status, nothing that the server added to the metadata. */
function asWritten(object: KubeObject): KubeObject {
  const { name, namespace, labels, annotations } = object.metadata
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }), ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) }
  return { ...withoutStatus(object), metadata } as KubeObject
}
