/** From what people say (`Deployment shop/cart`) back to the object. */

import { sameSubject, subjectOf, type KubeObject, type Subject } from '../kube-object.ts'
import { perView } from '../per-view.ts'
import type { View } from '../view.ts'

const bySubject = perView((view) => Map.groupBy(view.snapshot.objects, (object) => subjectKey(subjectOf(object))))

/** A text that is the same for the same subject, for maps and sorting. */
export function subjectKey(subject: Subject): string {
  return `${subject.kind}|${subject.namespace ?? ''}|${subject.name}`
}

/** The object a subject names; undefined when the view has none of that kind and name. */
export function objectOf(view: View, subject: Subject): KubeObject | undefined {
  return bySubject(view).get(subjectKey(subject))?.find((object) => sameSubject(subjectOf(object), subject))
}

/** Each once, in order of kind, namespace and name. */
export function uniqueSubjects(subjects: readonly Subject[]): Subject[] {
  const byKey = new Map(subjects.map((subject) => [subjectKey(subject), subject]))
  return [...byKey.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, subject]) => subject)
}
