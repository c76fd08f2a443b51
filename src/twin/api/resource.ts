/**
 * What a kind is to the API server: names, scope, subresources. The registry of the built-in ones is data
 * (`built-in-resources.ts`); custom resources are read from the CustomResourceDefinitions that are stored.
 */

import type { JsonObject } from '../../kernel/json.ts'

export interface PrinterColumn {
  readonly name: string
  readonly type: string
  readonly jsonPath: string
  readonly description?: string
  readonly format?: string
  readonly priority?: number
}

export interface ScalePaths {
  readonly specReplicasPath: string
  readonly statusReplicasPath: string
  readonly labelSelectorPath?: string
}

export interface Resource {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  readonly subresources: readonly string[]
  /**
   * When `metadata.generation` moves: never and it is absent, never from one on, with everything but metadata and status (from nothing on: `late`),
   * or with annotations (Deployment) or labels too.
   */
  readonly generation: 'none' | 'fixed' | 'late' | 'spec' | 'spec-and-annotations' | 'spec-and-labels'
  readonly verbs: readonly string[]
  /** Defined by a CRD (or only known from stored objects): no strategic merge, no built-in defaults. */
  readonly custom: boolean
  /** Columns that the CRD asks for; built-in kinds have theirs in `http/tables`. */
  readonly columns?: readonly PrinterColumn[]
  /** `openAPIV3Schema` of the version; absent for kinds that are only known from stored objects. */
  readonly schema?: JsonObject
  /** Under which version of the definition objects are kept. */
  readonly storageVersion?: string
  /** Where the `scale` of a custom resource looks. */
  readonly scale?: ScalePaths
}

export const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const

export function apiVersionOf(resource: Pick<Resource, 'group' | 'version'>): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`
}

export function hasStatus(resource: Resource): boolean {
  return resource.subresources.includes('status')
}
