/** 
 * The container runtime of a node: Docker, which the kubelet has not spoken to since 1.24, a containerd that gets no fixes, or one that
 * is too old to hand devices to containers (CDI) on a node that publishes devices.
 */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { isNode } from '../../model/kube/workload.ts'
import type { View } from '../../model/view.ts'

interface Runtime {
  readonly name: string
  readonly major: number
  readonly minor: number
}

/** The first versions that hand out devices by CDI without being told to: containerd 2.0, CRI-O 1.23. */
const CDI: Readonly<Record<string, readonly [number, number]>> = { containerd: [2, 0], 'cri-o': [1, 23] }
/** The oldest line of containerd that gets fixes. */
const CONTAINERD_LEAST = [1, 7] as const

function audit({ cluster }: AuditView): AuditFinding[] {
  const devices = nodesWithDevices(cluster)
  return cluster.list('', 'Node').filter(isNode).flatMap((node): AuditFinding[] => {
    const text = node.status?.nodeInfo?.containerRuntimeVersion ?? ''
    const runtime = runtimeOf(text)
    if (runtime === undefined) return []
    const place = { of: node, path: ['status', 'nodeInfo', 'containerRuntimeVersion'] }
    const name = `Node ${node.metadata.name ?? ''}`
    if (runtime.name === 'docker') return [{ ...place, summary: `${name} runs ${text}: the kubelet speaks to it only through a shim of somebody else`, advice: 'Move to containerd or CRI-O, a pool at a time; look for mounts of docker.sock first.', cause: 'Docker as the runtime', severity: 2 }]
    const wanted = CDI[runtime.name]
    if (devices.has(node.metadata.name ?? '') && wanted !== undefined && isBefore(runtime, wanted)) return [{ ...place, summary: `${name} publishes devices, and ${text} does not hand them to containers by itself`, advice: `${runtime.name} ${wanted.join('.')} or newer; before that, switch CDI on in its configuration.`, cause: 'devices without CDI', severity: 2 }]
    return runtime.name === 'containerd' && isBefore(runtime, CONTAINERD_LEAST) ? [{ ...place, summary: `${name} runs ${text}, which gets no fixes`, advice: 'containerd 1.7 or 2.x.', cause: 'a runtime without fixes' }] : []
  })
}

function runtimeOf(text: string): Runtime | undefined {
  const match = /^([a-z-]+):\/\/v?(\d+)\.(\d+)/.exec(text)
  return match === null ? undefined : { name: match[1] ?? '', major: Number(match[2]), minor: Number(match[3]) }
}

function isBefore({ major, minor }: Runtime, [wantedMajor, wantedMinor]: readonly [number, number]): boolean {
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor)
}

function nodesWithDevices(view: View): ReadonlySet<string> {
  return new Set(view.list('resource.k8s.io', 'ResourceSlice').map((slice) => (slice['spec'] as { nodeName?: string } | undefined)?.nodeName ?? ''))
}

export const nodeRuntimeOutdated: AuditRule = {
  id: 'node-runtime-outdated',
  title: 'A node with a runtime that is out of date',
  severity: 3,
  appliesTo: ['/Node'],
  audit,
  lookAlikes: ['Docker on the machine of a developer, which is no node', 'an older containerd on a node without devices, as long as it gets fixes', 'CRI-O, whose versions follow those of Kubernetes'],
  prevention: 'Images of nodes that are replaced, and not mended.',
  sources: [
    { title: 'Dockershim removal FAQ', url: 'https://kubernetes.io/blog/2022/02/17/dockershim-faq/' },
    { title: 'containerd: releases', url: 'https://containerd.io/releases/' },
    { title: 'Container Device Interface', url: 'https://github.com/cncf-tags/container-device-interface' },
  ],
  reviewBy: '2027-03-31',
}
