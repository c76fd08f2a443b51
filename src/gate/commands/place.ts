/** Where commands would run: what the site says, and no command can change. */

import type { KindInfo } from './kinds.ts'
import { DEFAULT_SYSTEM_NAMESPACES } from '../site.ts'

export interface Place {
  /** Absolute path of the one folder whose files commands may name. It need not be on this machine. */
  readonly workspace: string
  /** Whether files of the workspace are looked at, where it is on this machine; else paths are judged by their words. */
  readonly look: boolean
  /** Where relative paths start; lies in the workspace. */
  readonly cwd: string
  /** Reading is fine there, changing is not. */
  readonly protectedNamespaces: readonly string[]
  /** Kinds of the site's own, besides those that every cluster has. */
  readonly kinds: readonly KindInfo[]
  /** Hosts that `curl` may read from, exact. */
  readonly hosts: readonly string[]
}

const DEFAULT_WORKSPACE = '/workspace'

export function createPlace(parts: Partial<Place> = {}): Place {
  const workspace = parts.workspace ?? DEFAULT_WORKSPACE
  return {
    workspace,
    look: parts.look ?? true,
    cwd: parts.cwd ?? workspace,
    protectedNamespaces: parts.protectedNamespaces ?? [...DEFAULT_SYSTEM_NAMESPACES, 'oncall-system'],
    kinds: parts.kinds ?? [],
    hosts: parts.hosts ?? [],
  }
}
