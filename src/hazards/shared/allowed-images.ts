/** Is an image one of those that a site allows? Patterns are a registry, or a path in one; `*` is one part of a path. */

import { parseImage } from './image-name.ts'

/** True where the name is not known yet, such as one with a variable. */
export function isAllowed(image: string, patterns: readonly string[]): boolean {
  const name = parseImage(image)
  if (name === undefined) return true
  const parts = [name.registry, ...name.repository.split('/')]
  return patterns.some((pattern) => pattern.replace(/\/$/, '').split('/').every((part, index) => part === '*' ? parts[index] !== undefined : part === parts[index]))
}

/** The same image from the mirror of its registry; undefined where there is none. */
export function mirrored(image: string, mirrors: Readonly<Record<string, string>>): string | undefined {
  const name = parseImage(image)
  const mirror = name === undefined ? undefined : mirrors[name.registry]
  if (name === undefined || mirror === undefined) return undefined
  return `${mirror.replace(/\/$/, '')}/${name.repository}${name.tag === undefined ? '' : `:${name.tag}`}${name.digest === undefined ? '' : `@${name.digest}`}`
}
