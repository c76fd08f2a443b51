/** The state of a controller that remembers nothing. */

import type { Forkable } from '../controller.ts'

const NOTHING: Forkable = Object.freeze({ fork: (): Forkable => NOTHING })

export function controllerlessState(): Forkable {
  return NOTHING
}
