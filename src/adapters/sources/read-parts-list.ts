/** Bills of materials in the two common forms: CycloneDX and SPDX, as JSON. What counts is the package URL of each part. */

import { isRecord } from '../../kernel/json.ts'
import type { PartsList } from '../../model/audit.ts'
import type { Located } from './read-tool-servers.ts'

type Raw = Readonly<Record<string, unknown>>

export function readPartsList(file: string, root: Raw): Located<PartsList>[] {
  const read = root['bomFormat'] === 'CycloneDX' ? cycloneDx : typeof root['spdxVersion'] === 'string' ? spdx : undefined
  return read === undefined ? [] : [{ value: { type: 'parts-list', file, ...read(root) }, path: [] }]
}

function cycloneDx(root: Raw): Pick<PartsList, 'about' | 'parts'> {
  const about = isRecord(root['metadata']) && isRecord(root['metadata']['component']) ? textOf(root['metadata']['component']['name']) : ''
  return { about, parts: listOf(root['components']).flatMap((part, index) => (typeof part['purl'] === 'string' ? [{ purl: part['purl'], path: ['components', index] }] : [])) }
}

function spdx(root: Raw): Pick<PartsList, 'about' | 'parts'> {
  const parts = listOf(root['packages']).flatMap((part, index) =>
    listOf(part['externalRefs']).filter(({ referenceType }) => referenceType === 'purl').map(({ referenceLocator }) => ({ purl: textOf(referenceLocator), path: ['packages', index] })),
  )
  return { about: textOf(root['name']), parts }
}

function listOf(value: unknown): Raw[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
