/** Phrases that many incidents share: deploy, let it stand, roll out the mistake, let it show. */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { refOf, type KubeObject, type Subject } from '../../src/model/kube-object.ts'
import { containersOf, podTemplateOf } from '../../src/model/kube/workload.ts'
import type { View } from '../../src/model/view.ts'
import { available, withContainer, type App } from './apps.ts'
import type { Cause, Played } from './incident.ts'
import type { Stage, Way } from './stage.ts'

export function cause(hazards: string | readonly string[], ...subjects: readonly Subject[]): Cause {
  return { hazards: typeof hazards === 'string' ? [hazards] : hazards, subjects }
}

/** It runs, stands for a while, then the change is applied and has time to show. */
export function rollOut(stage: Stage, app: App, ...changed: readonly KubeObject[]): void {
  stage.deploy(app)
  stage.pass(stage.cast.stoodMinutes)
  stage.apply(...changed)
  stage.pass(stage.cast.pick(7, 13, 28))
}

/** A rollout changed the first container to something that does not work; the revision before did. */
export function badRollout(stage: Stage, options: { readonly app: App; readonly change: Partial<Container>; readonly hazards: string | readonly string[]; readonly ways?: readonly Way[] }): Played {
  const { app, change, hazards, ways } = options
  rollOut(stage, app, withContainer(app, change))
  return { ...stage.ring(app, ways), causes: [cause(hazards, app.subject)], end: 'heal', healed: available(app) }
}

/** It came like this: no revision before it ever worked. */
export function newlyDeployed(stage: Stage, app: App, ...more: readonly KubeObject[]): void {
  stage.apply(...more)
  stage.deploy(app)
  stage.pass(stage.cast.pick(8, 14, 35))
}

/** The first container of the workload as it is now. */
export function currentContainer(view: View, app: App): Container | undefined {
  const workload = view.get(refOf(app.workload))
  return workload === undefined ? undefined : containersOf(podTemplateOf(workload)).find((container) => container.name === 'main')
}

/** The image of this app at its next version. */
export function nextImage(app: App): string {
  return app.image.replace(/(\d+)$/, (digits) => String(Number(digits) + 1))
}
