/** Seccomp: what Baseline forbids and what Restricted demands (`check_seccompProfile_*.go`). */

import { distinct, everyContainer, namedContainers, namesWhere, plural, quoted, setters, unlessWindows, type Check, type JudgedPod, type VersionedCheck, type Violation } from './check.ts'

const PROFILES: readonly (string | undefined)[] = ['Localhost', 'RuntimeDefault']
const POD_ANNOTATION = 'seccomp.security.alpha.kubernetes.io/pod'
const CONTAINER_ANNOTATION = 'container.seccomp.security.alpha.kubernetes.io/'

interface Secured {
  readonly securityContext?: { readonly seccompProfile?: { readonly type?: string } }
}

/** Set, if only to nothing. */
function profileOf({ securityContext }: Secured): string | undefined {
  const profile = securityContext?.seccompProfile
  return profile === undefined ? undefined : (profile.type ?? '')
}

function isBad(part: Secured): boolean {
  const profile = profileOf(part)
  return profile !== undefined && !PROFILES.includes(profile)
}

/** Before there were fields. */
function annotated(pod: JudgedPod): Violation | undefined {
  const { annotations = {} } = pod.metadata ?? {}
  const keys = [POD_ANNOTATION, ...everyContainer(pod).map(({ name }) => CONTAINER_ANNOTATION + name)]
  const isAllowed = (value: string): boolean => value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/')
  const forbidden = distinct(keys.flatMap((key) => (annotations[key] === undefined || isAllowed(annotations[key]) ? [] : [`${key}=${JSON.stringify(annotations[key])}`])))
  return forbidden.length === 0 ? undefined : { reason: 'seccompProfile', detail: `forbidden ${plural('annotation', forbidden)} ${forbidden.join(', ')}` }
}

function setBadly(pod: JudgedPod): Violation | undefined {
  const names = namesWhere(pod, isBad)
  const isPod = isBad(pod.spec)
  if (!isPod && names.length === 0) return undefined
  const values = distinct([pod.spec, ...everyContainer(pod)].filter(isBad).map((part) => profileOf(part) ?? ''))
  return { reason: 'seccompProfile', detail: `${setters(isPod, names)} must not set securityContext.seccompProfile.type to ${quoted(values)}` }
}

function setBadlyOrNot(pod: JudgedPod): Violation | undefined {
  const bad = setBadly(pod)
  if (bad !== undefined || PROFILES.includes(profileOf(pod.spec))) return bad
  const unset = namesWhere(pod, (container) => profileOf(container) === undefined)
  return unset.length === 0 ? undefined : { reason: 'seccompProfile', detail: `pod or ${namedContainers(unset)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"` }
}

export const SECCOMP_BASELINE: VersionedCheck = { id: 'seccompProfile_baseline', since: [[0, annotated satisfies Check], [19, setBadly]] }
export const SECCOMP_RESTRICTED: VersionedCheck = { id: 'seccompProfile_restricted', since: [[19, setBadlyOrNot], [25, unlessWindows(setBadlyOrNot)]], overrides: 'seccompProfile_baseline' }
