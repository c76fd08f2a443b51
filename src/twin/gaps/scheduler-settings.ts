/**
 * How the scheduler was set up, as far as objects show it: its configuration in a ConfigMap, or the flag that names a file
 * on a machine. The twin plays the default profile; a configuration that leaves that as it is is no gap.
 */

import { parse } from 'yaml'
import { isRecord } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { SCHEDULER_NAME } from '../scheduler/scheduler.ts'
import { componentsIn } from './component-flags.ts'
import { gapOf, type Affected, type Gap } from './gap.ts'

const hasScheduled = (_: KubeObject, affected: Affected): boolean => affected.hasScheduled

export function schedulerSettings({ objects }: Snapshot): Gap[] {
  const flagged = componentsIn(objects).filter(({ component, flags }) => component === 'kube-scheduler' && flags.has('config')).map(({ pod }) => pod)
  const byChange = Map.groupBy(objects.filter(({ kind }) => kind === 'ConfigMap').flatMap((object) => changesIn(object).map((change) => ({ object, change }))), ({ change }) => change)
  return [
    ...gapOf(flagged, (names) => `${names} configure the scheduler by a file that is not to be seen; the twin plays the default profile.`, hasScheduled),
    ...[...byChange].flatMap(([change, group]) => gapOf(group.map(({ object }) => object), (names) => `${names} configure the scheduler (${change}); the twin plays the default profile.`, hasScheduled)),
  ]
}

function changesIn(configMap: KubeObject): string[] {
  const texts = Object.values((configMap['data'] ?? {}) as Readonly<Record<string, unknown>>).filter((text): text is string => typeof text === 'string' && /^\s*"?kind"?:\s*"?KubeSchedulerConfiguration/m.test(text))
  return texts.flatMap((text) => {
    const changes = changesOf(text)
    return changes.length === 0 ? [] : [changes.join(', ')]
  })
}

/** What of a KubeSchedulerConfiguration makes another choice of the default scheduler (kubescheduler.config.k8s.io/v1). */
function changesOf(text: string): string[] {
  const read = parsed(text)
  if (!isRecord(read)) return ['it cannot be read']
  const profiles = Array.isArray(read['profiles']) ? read['profiles'].filter(isRecord).filter(({ schedulerName = SCHEDULER_NAME }) => schedulerName === SCHEDULER_NAME) : []
  return [
    ...(isFilled(read['extenders']) ? ['extenders'] : []),
    ...(profiles.some(({ plugins }) => isFilled(plugins)) ? ['plugins'] : []),
    ...pluginsConfigured(profiles),
    ...['percentageOfNodesToScore', 'podInitialBackoffSeconds', 'podMaxBackoffSeconds'].filter((field) => ![undefined, null, USUAL[field]].includes(read[field] as number | undefined) || profiles.some((profile) => ![undefined, null, USUAL[field]].includes(profile[field] as number | undefined))),
  ]
}

/** `pkg/scheduler/apis/config/v1/defaults.go`; 0 lets the scheduler choose the share. */
const USUAL: Readonly<Record<string, number>> = { percentageOfNodesToScore: 0, podInitialBackoffSeconds: 1, podMaxBackoffSeconds: 10 }

function pluginsConfigured(profiles: readonly Readonly<Record<string, unknown>>[]): string[] {
  const configs = profiles.flatMap(({ pluginConfig }) => (Array.isArray(pluginConfig) ? pluginConfig.filter(isRecord) : []))
  return configs.map(({ name }) => (typeof name === 'string' ? name : 'a plugin'))
}

function isFilled(value: unknown): boolean {
  return (Array.isArray(value) && value.length > 0) || (isRecord(value) && Object.keys(value).length > 0)
}

function parsed(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}
