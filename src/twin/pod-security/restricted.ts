/** What the Restricted level asks beyond Baseline: no new privileges, no capabilities, not root, seccomp on, and volumes of the cluster only. */

import type { Volume } from 'kubernetes-types/core/v1.d.ts'
import { procMount } from './baseline.ts'
import { distinct, everyContainer, namedContainers, namesWhere, plural, quoted, setters, unlessOwnUsers, unlessWindows, type JudgedContainer, type JudgedPod, type VersionedCheck, type Violation } from './check.ts'
import { SECCOMP_RESTRICTED } from './seccomp.ts'

function privilegeEscalation(pod: JudgedPod): Violation | undefined {
  const names = namesWhere(pod, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false)
  return names.length === 0 ? undefined : { reason: 'allowPrivilegeEscalation != false', detail: `${namedContainers(names)} must set securityContext.allowPrivilegeEscalation=false` }
}

function capabilities(pod: JudgedPod): Violation | undefined {
  const keeping = namesWhere(pod, ({ securityContext }) => securityContext?.capabilities?.drop?.includes('ALL') !== true)
  const addedBy = ({ securityContext }: JudgedContainer): string[] => (securityContext?.capabilities?.add ?? []).filter((name) => name !== 'NET_BIND_SERVICE')
  const adding = namesWhere(pod, (container) => addedBy(container).length > 0)
  const details = [
    ...(keeping.length === 0 ? [] : [`${namedContainers(keeping)} must set securityContext.capabilities.drop=["ALL"]`]),
    ...(adding.length === 0 ? [] : [`${namedContainers(adding)} must not include ${quoted(distinct(everyContainer(pod).flatMap(addedBy)))} in securityContext.capabilities.add`]),
  ]
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') }
}

const ALLOWED_VOLUMES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret']
/** In the order in which upstream looks for them. */
const OTHER_VOLUMES = ['hostPath', 'gcePersistentDisk', 'awsElasticBlockStore', 'gitRepo', 'nfs', 'iscsi', 'glusterfs', 'rbd', 'flexVolume', 'cinder', 'cephfs', 'flocker', 'fc', 'azureFile', 'vsphereVolume', 'quobyte', 'azureDisk', 'photonPersistentDisk', 'portworxVolume', 'scaleIO', 'storageos']

function volumeTypes({ spec }: JudgedPod): Violation | undefined {
  const has = (volume: Volume, types: readonly string[]): string | undefined => types.find((type) => ((volume as unknown as Readonly<Record<string, unknown>>)[type] ?? undefined) !== undefined)
  const bad = (spec.volumes ?? []).filter((volume) => has(volume, ALLOWED_VOLUMES) === undefined)
  if (bad.length === 0) return undefined
  const types = distinct(bad.map((volume) => has(volume, OTHER_VOLUMES) ?? 'unknown'))
  return { reason: 'restricted volume types', detail: `${plural('volume', bad)} ${quoted(bad.map(({ name }) => name))} ${plural('uses', bad, 'use')} ${plural('restricted volume type', types)} ${quoted(types)}` }
}

function nonRoot(pod: JudgedPod): Violation | undefined {
  const reason = 'runAsNonRoot != true'
  const whole = pod.spec.securityContext?.runAsNonRoot
  const by = setters(whole === false, namesWhere(pod, ({ securityContext }) => securityContext?.runAsNonRoot === false))
  if (by !== '') return { reason, detail: `${by} must not set securityContext.runAsNonRoot=false` }
  const unset = whole === true ? [] : namesWhere(pod, ({ securityContext }) => securityContext?.runAsNonRoot === undefined)
  return unset.length === 0 ? undefined : { reason, detail: `pod or ${namedContainers(unset)} must set securityContext.runAsNonRoot=true` }
}

function rootUser(pod: JudgedPod): Violation | undefined {
  const by = setters(pod.spec.securityContext?.runAsUser === 0, namesWhere(pod, ({ securityContext }) => securityContext?.runAsUser === 0))
  return by === '' ? undefined : { reason: 'runAsUser=0', detail: `${by} must not set runAsUser=0` }
}

export const RESTRICTED: readonly VersionedCheck[] = [
  { id: 'allowPrivilegeEscalation', since: [[8, privilegeEscalation], [25, unlessWindows(privilegeEscalation)]] },
  { id: 'capabilities_restricted', since: [[22, capabilities], [25, unlessWindows(capabilities)]], overrides: 'capabilities_baseline' },
  { id: 'procMount_restricted', since: [[35, procMount]], overrides: 'procMount' },
  { id: 'restrictedVolumes', since: [[0, volumeTypes]], overrides: 'hostPathVolumes' },
  { id: 'runAsNonRoot', since: [[0, nonRoot], [35, unlessOwnUsers(nonRoot)]] },
  { id: 'runAsUser', since: [[23, rootUser], [35, unlessOwnUsers(rootUser)]] },
  SECCOMP_RESTRICTED,
]
