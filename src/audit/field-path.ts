/** Reads a field of an object by its path: a JSON pointer (`/spec/replicas`), or dots and brackets (`spec.containers[0].image`). */

import { isRecord } from '../kernel/json.ts'

/** Undefined where the path leads nowhere. Keys with dots or slashes need the pointer form. */
export function readField(object: unknown, path: string): unknown {
  let current = object
  for (const key of keysOf(path)) {
    if (Array.isArray(current)) current = /^\d+$/.test(key) ? current[Number(key)] : undefined
    else current = isRecord(current) && Object.hasOwn(current, key) ? current[key] : undefined
  }
  return current
}

function keysOf(path: string): string[] {
  if (path.startsWith('/')) return path.slice(1).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  return path.replaceAll(/\[([^\]]*)\]/g, '.$1').split('.').filter((key) => key !== '')
}
