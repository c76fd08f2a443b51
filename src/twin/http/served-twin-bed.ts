/** A served twin for tests: three nodes, on a clock twenty times as fast as the wall. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { scaledClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { runRealtime } from '../realtime.ts'
import { createTwin, type Twin } from '../twin.ts'
import { writeKubeconfig } from './kubeconfig.ts'
import { serveTwin, type ServedTwin } from './serve-twin.ts'

const FACTOR = 20

export interface ServedBed {
  readonly twin: Twin
  readonly served: ServedTwin
  /** A folder of its own, with `kubeconfig` in it. */
  readonly folder: string
  stop(): Promise<void>
}

export async function startServedTwin(objects: readonly KubeObject[] = []): Promise<ServedBed> {
  const clock = scaledClock({ factor: FACTOR })
  const nodes = ['n1', 'n2', 'n3'].map(nodeNamed)
  const twin = createTwin({ seed: 1, startMs: clock.now(), version: { major: 1, minor: 36, gitVersion: 'v1.36.0' }, objects: [...nodes, ...objects] })
  const live = runRealtime({ twin, clock, factor: FACTOR })
  const served = await serveTwin({ twin, log: silentLog(), beforeRequest: live.catchUp })
  const folder = mkdtempSync(join(tmpdir(), 'boyd-served-'))
  writeKubeconfig(join(folder, 'kubeconfig'), served)
  return {
    twin,
    served,
    folder,
    stop: async () => {
      live.stop()
      await served.stop()
      rmSync(folder, { recursive: true })
    },
  }
}

export function nodeNamed(name: string): KubeObject {
  const capacity = { cpu: '8', memory: '16Gi', pods: '110' }
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name } }, status: { capacity, allocatable: capacity } }
}

export function webDeployment(image = 'web:1', replicas = 3): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image, ports: [{ containerPort: 80 }] }] } } },
  }
}
