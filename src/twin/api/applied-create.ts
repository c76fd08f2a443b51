/** The first apply of an object: everything that it says is its manager's. */

import { toKubeTime } from '../../kernel/clock.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { withOwners } from './field-managers.ts'
import type { Shape } from './merge/shape.ts'
import { leavesOf } from './field-paths.ts'

export function trackApplied(options: { readonly config: KubeObject; readonly manager: string; readonly shape: Shape; readonly nowMs: number }): KubeObject {
  const { config, manager, shape, nowMs } = options
  const entry = { manager, operation: 'Apply', apiVersion: config.apiVersion, time: toKubeTime(nowMs) }
  return withOwners(config, [{ entry, paths: new Set(leavesOf(config, shape).keys()) }])
}
