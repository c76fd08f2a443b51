/** Cards of what the scan itself has to say, beside the rules. */

import type { Card } from '../model/hazard.ts'

export const unreadableFile: Card = {
  id: 'unreadable-file',
  title: 'A file or document could not be read',
  severity: 2,
  appliesTo: ['scan/File'],
  lookAlikes: ['a file of another tool, which is left alone', 'the template of a chart, which helm renders'],
  prevention: 'Parse what is committed in the pipeline; what does not parse is not applied, or applied as something else.',
  sources: [{ title: 'Kubernetes objects: required fields', url: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/#required-fields' }],
  reviewBy: '2027-06-30',
}

export const suppressionRefused: Card = {
  id: 'suppression-refused',
  title: 'A request for silence without a reason or an end',
  severity: 3,
  appliesTo: ['scan/File'],
  lookAlikes: ['a suppression that has ended: its finding is back'],
  prevention: 'Write: boyd:ignore RULE until YYYY-MM-DD because REASON.',
  sources: [{ title: 'SARIF: suppression object', url: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html' }],
  reviewBy: '2027-06-30',
}

export const invalidField: Card = {
  id: 'invalid-field',
  title: 'A field that Kubernetes does not know or cannot read',
  severity: 3,
  appliesTo: ['any/PodTemplate'],
  lookAlikes: ['a custom resource, whose definition says what it may hold', 'a version of an API that is gone, which is told as that', 'a map whose keys are free, such as labels', 'a field that came after the newest version we know'],
  prevention: 'kubectl apply --dry-run=server --validate=strict in the pipeline.',
  sources: [{ title: 'Kubernetes API concepts: field validation', url: 'https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation' }],
  reviewBy: '2027-06-30',
}

export const ownCards: readonly Card[] = [invalidField, suppressionRefused, unreadableFile]
