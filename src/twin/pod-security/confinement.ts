/** AppArmor and SELinux: what may be chosen of them (`check_appArmorProfile.go`, `check_seLinuxOptions.go`). */

import { distinct, everyContainer, namesWhere, plural, quoted, setters, type Check, type JudgedPod, type Violation } from './check.ts'

const ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/'

interface Confined {
  readonly securityContext?: { readonly appArmorProfile?: { readonly type?: string }; readonly seLinuxOptions?: SeLinux }
}

interface SeLinux {
  readonly type?: string
  readonly user?: string
  readonly role?: string
}

export function appArmor(pod: JudgedPod): Violation | undefined {
  const [spec, containers] = [pod.spec as Confined, everyContainer(pod) as readonly Confined[]]
  const named = setters(isUnconfined(spec), namesWhere(pod, (container) => isUnconfined(container as Confined)))
  const forbidden = forbiddenAnnotations(pod)
  const by = [named, forbidden.length === 0 ? '' : plural('annotation', forbidden)].filter((text) => text !== '')
  if (by.length === 0) return undefined
  const values = [...distinct([spec, ...containers].filter(isUnconfined).map(({ securityContext }) => securityContext?.appArmorProfile?.type ?? '')), ...forbidden]
  return { reason: plural('forbidden AppArmor profile', values), detail: `${by.join(' and ')} must not set AppArmor profile type to ${quoted(values)}` }
}

function isUnconfined({ securityContext }: Confined): boolean {
  const profile = securityContext?.appArmorProfile
  return profile !== undefined && profile.type !== 'RuntimeDefault' && profile.type !== 'Localhost'
}

function forbiddenAnnotations({ metadata }: JudgedPod): string[] {
  const isAllowed = (value: string): boolean => value === '' || value === 'runtime/default' || value.startsWith('localhost/')
  return Object.entries(metadata?.annotations ?? {}).flatMap(([key, value]) => (key.startsWith(ANNOTATION) && !isAllowed(value) ? [`${key}=${JSON.stringify(value)}`] : [])).sort()
}

export function seLinux(...allowed: readonly string[]): Check {
  const types = new Set(['', ...allowed])
  const isBad = (part: Confined): boolean => {
    const { type = '', user = '', role = '' } = part.securityContext?.seLinuxOptions ?? {}
    return !types.has(type) || user !== '' || role !== ''
  }
  return (pod) => {
    const bad = ([pod.spec, ...everyContainer(pod)] as readonly Confined[]).filter(isBad).map(({ securityContext }): SeLinux => securityContext?.seLinuxOptions ?? {})
    if (bad.length === 0) return undefined
    const names = namesWhere(pod, (container) => isBad(container as Confined))
    return { reason: 'seLinuxOptions', detail: `${setters(isBad(pod.spec as Confined), names)} set forbidden securityContext.seLinuxOptions: ${wrongOf(bad, types).join('; ')}` }
  }
}

function wrongOf(options: readonly SeLinux[], allowed: ReadonlySet<string>): string[] {
  const types = distinct(options.map(({ type = '' }) => type).filter((type) => !allowed.has(type)))
  return [
    ...(types.length === 0 ? [] : [`${plural('type', types)} ${quoted(types)}`]),
    ...(options.some(({ user = '' }) => user !== '') ? ['user may not be set'] : []),
    ...(options.some(({ role = '' }) => role !== '') ? ['role may not be set'] : []),
  ]
}
