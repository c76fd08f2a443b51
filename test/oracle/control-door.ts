/** The oracle's control door, as the port that stories and tests know. */

import type { WorldControl } from '../../src/ports/world-control.ts'
import { toldWorld } from './told-world.ts'

/** One request that wanted to change something, as the API server's audit log has it. Dry runs are among them. */
export interface AuditRecord {
  readonly at: string
  readonly user: string
  readonly userAgent: string
  readonly verb: string
  readonly apiGroup: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  readonly dryRun: boolean
  readonly code: number
}

export interface ControlDoor {
  readonly world: WorldControl
  audit(): Promise<readonly AuditRecord[]>
  /** Resolves when it answers again; versions from before are 410 Gone then. */
  restartApiServer(): Promise<void>
  /** etcd forgets what was before now. */
  compact(): Promise<void>
}

export function connectDoor({ url, token }: { readonly url: string; readonly token: string }): ControlDoor {
  const ask = async (path: string, body?: unknown): Promise<unknown> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    const response = await fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } })
    if (!response.ok) throw new Error(`${path} was refused with ${response.status}: ${await response.text()}`)
    return await response.json()
  }
  return {
    world: {
      setNode: async (name, nodeFault) => void (await ask(`/nodes/${encodeURIComponent(name)}/fault`, nodeFault)),
      setWorld: async (world) => void (await ask('/world', toldWorld(world))),
    },
    restartApiServer: async () => void (await ask('/apiserver/restart', {})),
    compact: async () => void (await ask('/etcd/compact', {})),
    audit: async () => ((await ask('/audit')) as { readonly records: readonly AuditRecord[] }).records,
  }
}
