/** Images that the values of a chart name, before anything is rendered: `{registry, repository, tag, digest}`, or one text. */

import { isRecord } from '../../kernel/json.ts'
import type { AuditFinding, AuditView, ChartValues, FieldPath } from '../../model/audit.ts'

export interface NamedImage {
  readonly image: string
  readonly path: FieldPath
}

const DEPTH_MAX = 12

export function imagesInValues({ raw }: ChartValues): NamedImage[] {
  const registry = isRecord(raw['global']) && typeof raw['global']['imageRegistry'] === 'string' ? raw['global']['imageRegistry'] : ''
  const found: NamedImage[] = []
  const visit = (value: unknown, path: FieldPath): void => {
    if (path.length > DEPTH_MAX || typeof value !== 'object' || value === null) return
    const image = isRecord(value) ? imageOf(value, registry) : undefined
    if (image !== undefined) return void found.push({ image, path: [...path, 'repository'] })
    for (const [key, child] of Object.entries(value)) {
      if (typeof child === 'string' && /image$/i.test(key) && /[/:]/.test(child) && isName(child)) found.push({ image: child, path: [...path, key] })
      else visit(child, [...path, Array.isArray(value) ? Number(key) : key])
    }
  }
  visit(raw, [])
  return found
}

function imageOf(value: Readonly<Record<string, unknown>>, globalRegistry: string): string | undefined {
  const { repository, tag, digest } = value
  const says = ['tag', 'digest', 'registry', 'pullPolicy'].some((key) => value[key] !== undefined)
  if (typeof repository !== 'string' || !says || !isName(repository) || /^https?:/.test(repository)) return undefined
  const registry = globalRegistry !== '' ? globalRegistry : typeof value['registry'] === 'string' ? value['registry'] : ''
  const suffix = `${tag === undefined || tag === null || tag === '' ? '' : `:${String(tag)}`}${typeof digest === 'string' && digest !== '' ? `@${digest}` : ''}`
  return `${registry === '' ? '' : `${registry}/`}${repository}${suffix}`
}

/** Not a template, and not empty. */
function isName(text: string): boolean {
  return text !== '' && !/[\s{}$<>]/.test(text)
}

/** A finding for each image of the values for which `look` answers. */
export function auditValues({ chartValues }: AuditView, look: (image: string) => Omit<AuditFinding, 'of' | 'path' | 'summary'> & { readonly says: string } | undefined): AuditFinding[] {
  return chartValues.flatMap((values) =>
    imagesInValues(values).flatMap(({ image, path }) => {
      const said = look(image)
      if (said === undefined) return []
      const { says, ...rest } = said
      return [{ of: values, path, summary: `${values.file} names ${image}: ${says}`, ...rest }]
    }),
  )
}
