/** Deletion of a namespace (`pkg/controller/namespace`): all that is in it first, then the namespace itself. */

import { isFault } from '../../kernel/fault.ts'
import { refOf, type KubeObject } from '../../model/kube-object.ts'
import { isTerminating } from '../../model/kube/workload.ts'
import type { Context, Controller } from '../controller.ts'
import { CowMap } from '../cow-map.ts'

/** Content with finalizers or grace goes in its own time: look again. */
const LOOK_AGAIN_MS = 1_000

export const namespace: Controller<CowMap<true>> = {
  name: 'namespace-controller',
  watches: ['/Namespace'],
  latencyMs: 20,
  createState: () => new CowMap(),
  keysFor: ({ after }) => (after !== undefined && isTerminating(after) ? [after.metadata.name ?? ''] : []),
  sync(name, context) {
    const found = context.store.get({ apiVersion: 'v1', kind: 'Namespace', name })
    if (found === undefined || !isTerminating(found)) return
    const content = contentOf(context, name)
    for (const object of content.filter((candidate) => !isTerminating(candidate))) removeQuietly(context, object)
    if (contentOf(context, name).length > 0) return context.wakeAfter(name, LOOK_AGAIN_MS)
    context.api.finalize({ ...found, spec: { ...(found['spec'] as object | undefined), finalizers: [] } })
  },
}

function contentOf({ store }: Context, name: string): KubeObject[] {
  return [...store.kinds()].flatMap((kind) => [...store.list(kind, name)])
}

function removeQuietly(context: Context, object: KubeObject): void {
  try {
    context.api.remove(refOf(object), { propagation: 'Background' })
  } catch (error) {
    if (!isFault(error) || error.code !== 'not-found') throw error
  }
}
