/** Tells whoever asked by HTTP what the server warns of. Controllers hear no warnings, and none are looked for. */

import type { KubeObject } from '../../../model/kube-object.ts'
import type { ApiEnvironment } from '../environment.ts'
import type { Resource } from '../resource.ts'
import { warningsOf } from './warnings.ts'

export function warnOf({ requester, profile }: ApiEnvironment, resource: Resource, written: { readonly object: KubeObject; readonly before?: KubeObject }): void {
  if (requester.warn === undefined) return
  for (const text of warningsOf(resource, { ...written, minor: profile.minor })) requester.warn(text)
}
