/** What ConfigMaps say of the kubelets' configuration: only where a configuration of all nodes is kept in the cluster. */

import { parseQuantity } from '../../model/kube/quantity.ts'
import type { World } from '../../model/world.ts'
import type { Sight } from './observation.ts'

type KubeletWorld = Partial<Omit<World['kubelet'], 'systemMemory'>>

const DURATION = /^(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?$/

export function kubeletConfigSeen({ objects }: Sight): { readonly kubelet: KubeletWorld; readonly assumptions: string[] } {
  const texts = objects.filter(({ kind, apiVersion }) => kind === 'ConfigMap' && apiVersion === 'v1').flatMap((object) => Object.values((object['data'] ?? {}) as Readonly<Record<string, unknown>>))
  const text = texts.find((value): value is string => typeof value === 'string' && /^\s*"?kind"?:\s*"?KubeletConfiguration/m.test(value))
  if (text === undefined) return { kubelet: {}, assumptions: [] }
  const cap = secondsOf(fieldOf(text, 'maxContainerRestartPeriod'))
  const hard = blockOf(text, 'evictionHard')
  const disk = {
    ...amount('evictionNodefs', fieldOf(hard, 'nodefs\\.available')),
    ...amount('evictionImagefs', fieldOf(hard, 'imagefs\\.available')),
    ...amount('evictionInodes', fieldOf(hard, 'nodefs\\.inodesFree')),
    ...amount('evictionPids', fieldOf(hard, 'pid\\.available')),
  }
  const isReduced = fieldOf(text, 'ReduceDefaultCrashLoopBackOffDecay') === 'true'
  const kubelet: KubeletWorld = {
    ...(isReduced ? { restartBackoffInitialSeconds: 1, restartBackoffMaxSeconds: 60 } : {}),
    ...(cap === undefined ? {} : { restartBackoffMaxSeconds: cap }),
    ...amount('evictionMemory', fieldOf(hard, 'memory\\.available')),
    ...disk,
  }
  const said = [
    ...(kubelet.restartBackoffMaxSeconds === undefined ? [] : [`a restart back-off of at most ${kubelet.restartBackoffMaxSeconds} s`]),
    ...(kubelet.evictionMemory === undefined ? [] : [`eviction below ${kubelet.evictionMemory} of free memory`]),
    ...(Object.keys(disk).length === 0 ? [] : [`eviction below ${Object.values(disk).join(', ')} of ${Object.keys(disk).map((name) => NAMES[name as keyof typeof NAMES]).join(', ')}`]),
  ]
  const soft = blockOf(text, 'evictionSoft') === '' ? [] : ['The KubeletConfiguration in a ConfigMap has soft thresholds of eviction (evictionSoft), which are not played: pods may be evicted earlier, with a grace.']
  return { kubelet, assumptions: said.length === 0 ? soft : [...soft, `All kubelets are assumed to have ${said.join(' and ')}, as the KubeletConfiguration in a ConfigMap says.`] }
}

const NAMES = { evictionNodefs: 'free disk', evictionImagefs: 'free disk for images', evictionInodes: 'free inodes', evictionPids: 'free process numbers' } as const

/** A quantity or a share of the capacity. */
function amount<Name extends string>(name: Name, text: string | undefined): Partial<Record<Name, string>> {
  return text !== undefined && (/^\d+(?:\.\d+)?%$/.test(text) || parseQuantity(text) !== undefined) ? ({ [name]: text } as Partial<Record<Name, string>>) : {}
}

/** What stands under a key: to the end of the braces, or to the next line that is not further in. */
function blockOf(text: string, name: string): string {
  const inBraces = new RegExp(`"?${name}"?\\s*:\\s*\\{[^}]*\\}`).exec(text)?.[0]
  return inBraces ?? new RegExp(`^([ \\t]*)${name}:[ \\t]*\\n(?:\\1[ \\t]+.*(?:\\n|$))+`, 'm').exec(text)?.[0] ?? ''
}

/** YAML or JSON; the names that are asked for are in no other place of the configuration. */
function fieldOf(text: string, name: string): string | undefined {
  return new RegExp(`"?${name}"?:\\s*"?([^\\s",}]+)`).exec(text)?.[1]
}

function secondsOf(text: string | undefined): number | undefined {
  const match = text === undefined || text === '' ? null : DURATION.exec(text)
  if (match === null) return undefined
  const seconds = Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0)
  return seconds > 0 ? seconds : undefined
}
