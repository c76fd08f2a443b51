/** A finding's place in the topology: its subject, and the units in which it is felt, as keys. */

import type { Finding } from '../model/hazard.ts'
import type { KubeObject, Subject } from '../model/kube-object.ts'
import { objectOf, subjectKey } from '../model/topology/find-object.ts'
import { keyOf } from '../model/topology/ownership.ts'
import { unitOf } from '../model/topology/upstream.ts'
import type { View } from '../model/view.ts'
import { culpritsOf } from './same-root.ts'

export interface Place {
  readonly subject: string
  readonly subjectUnit: KubeObject | undefined
  /** Keys of the subject and of everything that suffers. */
  readonly keys: ReadonlySet<string>
  readonly units: readonly KubeObject[]
  /** Keys of what its evidence was read from: the quota that refuses, the policy that cuts. */
  readonly cited: ReadonlySet<string>
}

export function placeOf(view: View, finding: Finding): Place {
  const subjectUnit = unitFor(view, finding.subject)
  const units = [finding.subject, ...finding.symptoms].map((subject) => unitFor(view, subject)).filter((unit) => unit !== undefined)
  const subject = subjectUnit === undefined ? subjectKey(finding.subject) : keyOf(subjectUnit)
  return { subject, subjectUnit, keys: new Set([subject, ...units.map(keyOf)]), units: [...new Set(units)], cited: citedBy(view, finding) }
}

function unitFor(view: View, subject: Subject): KubeObject | undefined {
  const object = objectOf(view, subject)
  return object === undefined ? undefined : unitOf(view, object)
}

function citedBy(view: View, finding: Finding): ReadonlySet<string> {
  const objects = culpritsOf(finding).map((subject) => objectOf(view, subject)).filter((object) => object !== undefined)
  return new Set(objects.map(keyOf))
}
