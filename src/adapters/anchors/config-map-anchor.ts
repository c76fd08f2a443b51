/** The newest checkpoint in a ConfigMap: in another cluster, or in a namespace that those who own the database cannot write. */

import { fault, isFault } from '../../kernel/fault.ts'
import { isRecord } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { Anchor } from '../../ports/anchor.ts'
import type { Cluster } from '../../ports/cluster.ts'

const KEY = 'checkpoint'

/** `connect` is called when the anchor is used, so that a cluster that is away is an anchor that is away. */
export function createConfigMapAnchor(options: { readonly namespace: string; readonly name: string; connect(): Promise<Cluster> }): Anchor {
  const { namespace, name } = options
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name }
  let connected: Promise<Cluster> | undefined
  const cluster = (): Promise<Cluster> => {
    connected ??= options.connect().catch((error: unknown) => {
      connected = undefined
      throw error
    })
    return connected
  }
  const read = async (): Promise<KubeObject | undefined> => (await cluster()).get(ref)
  return {
    name: `config-map ${namespace}/${name}`,
    async publish(checkpoint) {
      const data = { [KEY]: checkpoint }
      if ((await read()) !== undefined) return void (await (await cluster()).patch(ref, { type: 'merge', body: { data } }, { fieldManager: 'boyd' }))
      try {
        await (await cluster()).create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data }, { fieldManager: 'boyd' })
      } catch (error) {
        // Another process of the fleet was first; the next checkpoint finds it there.
        if (!isFault(error) || error.code !== 'already-exists') throw error
        await (await cluster()).patch(ref, { type: 'merge', body: { data } }, { fieldManager: 'boyd' })
      }
    },
    async read() {
      const object = await read()
      const data = object?.['data']
      const checkpoint = isRecord(data) ? data[KEY] : undefined
      if (object !== undefined && data !== undefined && typeof checkpoint !== 'string') throw fault({ code: 'conflict', operation: 'anchor', subject: `ConfigMap ${namespace}/${name}`, message: 'it holds something else', hint: 'Name a ConfigMap that is for Boyd alone.' })
      return typeof checkpoint === 'string' ? checkpoint : undefined
    },
  }
}
