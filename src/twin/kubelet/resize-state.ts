/** What a kubelet remembers of a resize: why it waits, and since when it is under way. */

import type { PodRuntime, ResizeState } from './runtime.ts'

interface Change {
  readonly pending?: ResizeState['pending'] | undefined
  readonly inProgress?: ResizeState['inProgress'] | undefined
}

/** The resize's state with this changed; none where nothing is left to say. */
export function resizeOf({ resize = {} }: PodRuntime, change: Change): Pick<PodRuntime, 'resize'> {
  const { pending, inProgress } = { ...resize, ...change }
  if (pending === undefined && inProgress === undefined) return { resize: undefined }
  return { resize: { ...(pending === undefined ? {} : { pending }), ...(inProgress === undefined ? {} : { inProgress }) } }
}
