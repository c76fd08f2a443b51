/** What one file gave, as plain data: it crosses from worker threads and goes into the cache. */

import type { FieldPath, OtherSource } from '../../model/audit.ts'
import type { KubeObject } from '../../model/kube-object.ts'

/** How the text is looked at when the line of a field is asked for. */
export type Syntax = 'yaml' | 'json' | 'jsonl' | 'docker' | 'hcl' | 'toml'

export interface FoundFile {
  /** Where it is opened. */
  readonly path: string
  /** How it is named to people: relative to where they stand, with forward slashes. */
  readonly source: string
  /** The user named this very file, so that what it is not has to be said. */
  readonly named: boolean
}

export interface FileProblem {
  readonly document: number
  readonly line: number
  readonly message: string
}

/** Where a thing begins in its file. */
export interface Placed<T> {
  readonly value: T
  readonly document: number
  /** Line of the file at which its document begins, from 1. */
  readonly line: number
  /** Of the thing in its document: an item of a List, an entry of a map. */
  readonly path: FieldPath
}

export interface SourceFile {
  readonly path: string
  readonly source: string
  readonly syntax: Syntax
  readonly objects: readonly Placed<KubeObject>[]
  readonly others: readonly Placed<OtherSource>[]
  readonly problems: readonly FileProblem[]
  /** It was read, and holds nothing that a rule looks at. */
  readonly unrelated: boolean
  /** Why nothing in it could be looked at although nothing is broken: it is a template that something else renders. */
  readonly notRead?: { readonly why: string; readonly hint: string }
  /** Rendered by a tool: kept, because no file holds it. */
  readonly text?: string
}
