/** The object as the server reads it, with every default of its kind. */

import type { KubeObject } from '../../../src/model/kube-object.ts'
import { defaultObject } from '../../../src/twin/api/default-object.ts'
import { profileFor } from '../../../src/twin/profile.ts'
import { area } from '../area.ts'
import { brokenObject } from '../broken-objects.ts'
import { withoutEmpty } from '../without-empty.ts'

const TEMPLATED = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job'])

export const defaults = area<KubeObject>({
  name: 'defaults',
  // Without a template there is no object worth reading; Go shows a port without number as 0.
  questions: brokenObject.filter((object) => 'template' in ((object['spec'] ?? { template: {} }) as object) || !TEMPLATED.has(object.kind)).filter((object) => !JSON.stringify(object).includes('[{"name":"http"}]')),
  count: 300,
  answer: (object, minor) => specOf(withoutEmpty(defaultObject(object, profileFor({ minor })))),
  agrees: (ours, upstream) => JSON.stringify(sorted(ours)) === JSON.stringify(sorted(specOf(upstream))),
})

/** What the storage of a kind adds later (a status that starts afresh, a Service's families, labels of a Job) is not asked here. */
function specOf(object: unknown): unknown {
  const { spec, data, kind } = object as { spec?: Record<string, unknown>; data?: object; kind: string }
  if (spec === undefined) return { data }
  const { ipFamilyPolicy: _, ipFamilies: __, manualSelector: ___, ...rest } = spec
  if (kind !== 'StatefulSet') return withoutEmpty(rest)
  const claims = (rest['volumeClaimTemplates'] ?? []) as readonly Record<string, unknown>[]
  return withoutEmpty({ ...rest, volumeClaimTemplates: claims.map(({ metadata, spec: own }) => ({ metadata, spec: own })) })
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)).map(([key, part]) => [key, sorted(part)]))
}
