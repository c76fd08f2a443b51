/** A DRA driver and a device plugin on the same nodes: both hand out one device, and the second pod to get it fails. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import type { Node } from 'kubernetes-types/core/v1.d.ts'
import { matchesNodeSelector } from '../shared/node-match.ts'
import { ownerText, podTemplates, type PodTemplate } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  const agents = podTemplates(cluster).filter(({ owner }) => owner.kind === 'DaemonSet')
  const [plugins, drivers] = [agents.filter((agent) => mounts(agent, 'device-plugins')), agents.filter(isDriver)]
  const nodes = cluster.list('', 'Node') as readonly Node[]
  return plugins.flatMap((plugin) =>
    drivers.filter((driver) => driver !== plugin && vendorOf(plugin) === vendorOf(driver) && meet(plugin, driver, nodes)).map((driver) => ({ of: plugin.owner, path: plugin.path, summary: `${ownerText(plugin)} is a device plugin, and ${ownerText(driver)} a DRA driver of the same maker; both run on the same nodes`, advice: 'Separate them by a node label: nodeSelector on both, each with its own value.' })),
  )
}

/** The folders of the kubelet in which both kinds register; their names say nothing. */
function mounts({ spec }: PodTemplate, folder: string): boolean {
  return (spec.volumes ?? []).some(({ hostPath }) => hostPath?.path.replace(/\/$/, '') === `/var/lib/kubelet/${folder}`)
}

function isDriver(template: PodTemplate): boolean {
  return mounts(template, 'plugins_registry') && !template.spec.containers.some(({ image = '', args = [] }) => /csi/i.test(image) || args.some((arg) => /csi/i.test(arg)))
}

/** The maker as the image's path has it: `nvidia` of `nvcr.io/nvidia/k8s-device-plugin`. */
function vendorOf({ spec }: PodTemplate): string {
  const words = spec.containers.map(({ image = '' }) => image.toLowerCase()).join(' ')
  return ['nvidia', 'nvcr', 'amd', 'rocm', 'intel', 'google', 'habana'].find((maker) => words.includes(maker))?.replace('nvcr', 'nvidia').replace('rocm', 'amd') ?? words
}

/** With nodes at hand, whether one suits both; else whether their selectors can be met together. */
function meet(left: PodTemplate, right: PodTemplate, nodes: readonly Node[]): boolean {
  if (nodes.length > 0) return nodes.some((node) => matchesNodeSelector(left.spec, node.metadata?.labels) && matchesNodeSelector(right.spec, node.metadata?.labels))
  const [ours, theirs] = [left.spec.nodeSelector ?? {}, right.spec.nodeSelector ?? {}]
  const required = (template: PodTemplate): boolean => template.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined
  return !Object.entries(ours).some(([key, value]) => theirs[key] !== undefined && theirs[key] !== value) && !(required(left) || required(right))
}

export const draBesideDevicePlugin: AuditRule = {
  id: 'dra-beside-device-plugin',
  title: 'Two owners of one device on a node',
  severity: 2,
  appliesTo: ['apps/DaemonSet'],
  audit,
  lookAlikes: ['the two on different nodes', 'drivers of different makers', 'a CSI driver, which registers in the same folder'],
  prevention: 'One label, two values: plugin here, driver there.',
  sources: [{ title: 'Dynamic resource allocation', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/' }],
  reviewBy: '2027-03-31',
}
