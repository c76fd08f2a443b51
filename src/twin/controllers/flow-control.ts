/**
 * What an API server itself does with flow schemas and priority levels: it tells each schema whether its level is there
 * (`apiserver/pkg/util/flowcontrol/apf_controller.go`), and once a minute puts back those of its own that are missing or were changed
 * (`pkg/registry/flowcontrol/rest`). No request of the twin waits for another: nothing is limited by them.
 */

import { toKubeTime } from '../../kernel/clock.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { refOf, type KubeObject } from '../../model/kube-object.ts'
import type { Api } from '../api/api.ts'
import { BOOTSTRAP_FLOW_OBJECTS, flowLevelRef, SERVER_KEEPS } from '../api/flow-bootstrap.ts'
import { controllerlessState } from '../api/stateless.ts'
import type { Context, Controller } from '../controller.ts'
import type { StoreReader } from '../store.ts'

const SCHEMAS = 'flowcontrol.apiserver.k8s.io/FlowSchema'
const LEVELS = 'flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration'
const LOOK_MS = 60_000
const LOOK_SOON = 'look soon'
const LOOK = 'look'

export const flowControl: Controller = {
  name: 'priority-and-fairness',
  watches: [SCHEMAS, LEVELS],
  latencyMs: 5,
  createState: controllerlessState,
  keysFor: () => [LOOK_SOON],
  sync(key, context) {
    tellSchemas(context.store, context.api, context.nowMs())
    const isWhole = BOOTSTRAP_FLOW_OBJECTS.every((object) => restored(context.store, object) === undefined)
    if (isWhole) return
    if (key === LOOK) restore(context)
    else context.wakeAfter(LOOK, LOOK_MS - (context.nowMs() % LOOK_MS))
  },
}

/** Writes the condition of every schema whose level came, went, or is another one. */
export function tellSchemas(store: StoreReader, api: Api, nowMs: number): void {
  for (const schema of store.list(SCHEMAS)) {
    const conditions = withDangling(store, schema, nowMs)
    if (conditions !== undefined) api.updateStatus(schema, { conditions })
  }
}

interface Condition {
  readonly type?: string
  readonly status?: string
  readonly reason?: string
  readonly message?: string
}

function withDangling(store: StoreReader, schema: KubeObject, nowMs: number): readonly Condition[] | undefined {
  const level = (schema['spec'] as { readonly priorityLevelConfiguration?: { readonly name?: string } } | undefined)?.priorityLevelConfiguration?.name ?? ''
  const isThere = store.get(flowLevelRef(level)) !== undefined
  const told: Condition = {
    status: isThere ? 'False' : 'True',
    reason: isThere ? 'Found' : 'NotFound',
    message: `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level)} ${isThere ? 'and it exists' : 'but there is no such object'}`,
  }
  const { conditions = [] } = (schema['status'] ?? {}) as { readonly conditions?: readonly Condition[] }
  const last = conditions.find(({ type }) => type === 'Dangling')
  if (last?.status === told.status && last?.reason === told.reason && last?.message === told.message) return undefined
  const dangling = { type: 'Dangling', ...told, lastTransitionTime: toKubeTime(nowMs) }
  return last === undefined ? [...conditions, dangling] : conditions.map((condition) => (condition === last ? dangling : condition))
}

function restore({ store, api }: Context): void {
  for (const object of BOOTSTRAP_FLOW_OBJECTS) {
    const whole = restored(store, object)
    if (whole !== undefined && store.get(refOf(object)) === undefined) api.create(whole)
    else if (whole !== undefined) api.update(whole)
  }
}

/** What is to be written where the server's own is gone, or changed though it said that the server keeps it. The exempt level may be given shares. */
function restored(store: StoreReader, object: KubeObject): KubeObject | undefined {
  const found = store.get(refOf(object))
  if (found === undefined) return object
  const isKept = found.metadata.annotations?.[SERVER_KEEPS] === 'true' && object.metadata.name !== 'exempt'
  return isKept && !jsonEqual(found['spec'], object['spec']) ? { ...found, spec: object['spec'] } : undefined
}
