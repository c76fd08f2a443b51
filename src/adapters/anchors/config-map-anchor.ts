/** The newest checkpoint in a ConfigMap: in another cluster, or in a namespace that those who own the database cannot write. */

import { fault, isFault } from '../../kernel/fault.ts'
import { isRecord } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { Anchor } from '../../ports/anchor.ts'
import type { Cluster } from '../../ports/cluster.ts'

const KEY = 'checkpoint'

/** `connect` is called whenever the anchor is used: a cluster that is away is an anchor that is away, and a token may be short-lived. */
export function createConfigMapAnchor(options: { readonly namespace: string; readonly name: string; connect(): Promise<Cluster> }): Anchor {
  const { namespace, name } = options
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name }
  const read = async (cluster: Cluster): Promise<KubeObject | undefined> => cluster.get(ref)
  return {
    name: `config-map ${namespace}/${name}`,
    async publish(checkpoint) {
      const cluster = await options.connect()
      const data = { [KEY]: checkpoint }
      const patch = (): Promise<unknown> => cluster.patch(ref, { type: 'merge', body: { data } }, { fieldManager: 'boyd' })
      if ((await read(cluster)) !== undefined) return void (await patch())
      try {
        await cluster.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data }, { fieldManager: 'boyd' })
      } catch (error) {
        // Another process of the fleet was first.
        if (!isFault(error) || error.code !== 'already-exists') throw error
        await patch()
      }
    },
    async read() {
      const object = await read(await options.connect())
      const data = object?.['data']
      const checkpoint = isRecord(data) ? data[KEY] : undefined
      if (object !== undefined && data !== undefined && typeof checkpoint !== 'string') throw fault({ code: 'conflict', operation: 'anchor', subject: `ConfigMap ${namespace}/${name}`, message: 'it holds something else', hint: 'Name a ConfigMap that is for Boyd alone.' })
      return typeof checkpoint === 'string' ? checkpoint : undefined
    },
  }
}
