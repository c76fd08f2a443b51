/**
 * A world as the fake nodes are told it: without what is as by default. They refuse what they do not know, so that no
 * story is changed silently; what only the twin plays may stand in the schema as long as nobody asks for it.
 */

import { jsonEqual } from '../../src/kernel/json.ts'
import { parseWorld, type World } from '../../src/model/world.ts'

export function toldWorld(world: World): Partial<World> {
  const usual: Readonly<Record<string, unknown>> = parseWorld({})
  return Object.fromEntries(Object.entries(world).filter(([field, value]) => !jsonEqual(value, usual[field])))
}
