/** Days after which a version gets no more fixes, as its makers publish them. */

export interface EndOfLife {
  readonly product: string
  readonly version: string
  /** ISO. */
  readonly ends: string
}

/** By minor version of Kubernetes 1 (kubernetes.io/releases). */
export const KUBERNETES: Readonly<Record<number, string>> = {
  24: '2023-07-28', 25: '2023-10-27', 26: '2024-02-28', 27: '2024-06-28', 28: '2024-10-28', 29: '2025-02-28', 30: '2025-06-28', 31: '2025-10-28', 32: '2026-02-28', 33: '2026-06-28', 34: '2026-10-27', 35: '2027-02-28',
}

interface ImageLine {
  /** Repository path, without the registry. */
  readonly repository: RegExp
  readonly product: string
  readonly versions: Readonly<Record<string, string>>
}

/** Images by the leading numbers of their tag; an empty version means all of them. */
const IMAGES: readonly ImageLine[] = [
  { repository: /(^|\/)(library\/)?postgres$/, product: 'PostgreSQL', versions: { 11: '2023-11-09', 12: '2024-11-21', 13: '2025-11-13', 14: '2026-11-12' } },
  { repository: /(^|\/)ingress-nginx\/controller$/, product: 'ingress-nginx', versions: { '': '2026-03-31' } },
  { repository: /(^|\/)(library\/)?node$/, product: 'Node.js', versions: { 16: '2023-09-11', 18: '2025-04-30', 20: '2026-04-30' } },
  { repository: /(^|\/)(library\/)?python$/, product: 'Python', versions: { 3.8: '2024-10-07', 3.9: '2025-10-31' } },
  { repository: /(^|\/)(library\/)?mysql$/, product: 'MySQL', versions: { 5.7: '2023-10-31', '8.0': '2026-04-30' } },
]

/** The published end of the version that an image reference names; undefined where none is known. */
export function endOfImage(image: string): EndOfLife | undefined {
  const [path = '', tag = ''] = splitTag(image)
  const line = IMAGES.find(({ repository }) => repository.test(path))
  const found = line === undefined ? undefined : Object.entries(line.versions).find(([version]) => version === '' || new RegExp(`^v?${version.replaceAll('.', '\\.')}(?![0-9])`).test(tag))
  return line === undefined || found === undefined ? undefined : { product: line.product, version: found[0] === '' ? tag : found[0], ends: found[1] }
}

function splitTag(image: string): [string, string] {
  const [name = ''] = image.split('@')
  const colon = name.lastIndexOf(':')
  return colon > name.lastIndexOf('/') ? [name.slice(0, colon), name.slice(colon + 1)] : [name, '']
}
