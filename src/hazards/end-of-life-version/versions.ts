/** Days after which a version gets no more fixes, as its makers publish them. */

export interface EndOfLife {
  readonly product: string
  readonly version: string
  /** ISO. */
  readonly ends: string
}

/** By minor version of Kubernetes 1 (kubernetes.io/releases). */
const KUBERNETES: Readonly<Record<number, string>> = {
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
  { repository: /(^|\/)library\/postgres$/, product: 'PostgreSQL', versions: { 11: '2023-11-09', 12: '2024-11-21', 13: '2025-11-13', 14: '2026-11-12' } },
  { repository: /(^|\/)ingress-nginx\/controller$/, product: 'ingress-nginx', versions: { '': '2026-03-31' } },
  { repository: /(^|\/)library\/node$/, product: 'Node.js', versions: { 16: '2023-09-11', 18: '2025-04-30', 20: '2026-04-30' } },
  { repository: /(^|\/)library\/python$/, product: 'Python', versions: { '3.8': '2024-10-07', '3.9': '2025-10-31', '3.10': '2026-10-31' } },
  { repository: /(^|\/)library\/mysql$/, product: 'MySQL', versions: { '5.7': '2023-10-31', '8.0': '2026-04-30' } },
  { repository: /(^|\/)library\/alpine$/, product: 'Alpine', versions: { '3.18': '2025-05-09', '3.19': '2025-11-01', '3.20': '2026-04-01', '3.21': '2026-11-01' } },
  { repository: /(^|\/)library\/debian$/, product: 'Debian', versions: { 10: '2024-06-30', 11: '2026-08-31', buster: '2024-06-30', bullseye: '2026-08-31' } },
  { repository: /(^|\/)library\/ubuntu$/, product: 'Ubuntu', versions: { '18.04': '2023-05-31', '20.04': '2025-05-31', bionic: '2023-05-31', focal: '2025-05-31' } },
  { repository: /(^|\/)library\/centos$/, product: 'CentOS', versions: { '': '2024-06-30' } },
  { repository: /(^|\/)library\/php$/, product: 'PHP', versions: { '8.0': '2023-11-26', '8.1': '2025-12-31' } },
]

/** The published end of the version that an image reference names; undefined where none is known. */
export function endOfImage(image: string): EndOfLife | undefined {
  const [path = '', tag = ''] = splitTag(official(image))
  const line = IMAGES.find(({ repository }) => repository.test(path))
  const found = line === undefined ? undefined : Object.entries(line.versions).find(([version]) => version === '' || new RegExp(`^v?${version.replaceAll('.', '\\.')}(?![0-9])`).test(tag))
  if (line === undefined) return undefined
  return found === undefined ? olderThanAll(line, tag) : { product: line.product, version: found[0] === '' ? tag : found[0], ends: found[1] }
}

/** A version below the oldest that is listed ended no later than that one. */
function olderThanAll({ product, versions }: ImageLine, tag: string): EndOfLife | undefined {
  const [oldest, ends] = Object.entries(versions).find(([version]) => /^\d/.test(version)) ?? []
  const version = /^v?(\d+(?:\.\d+)?)/.exec(tag)?.[1]
  if (oldest === undefined || ends === undefined || version === undefined) return undefined
  const [ours, theirs] = [version, oldest].map((text) => text.split('.').map(Number))
  const at = (theirs ?? []).findIndex((part, index) => (ours?.[index] ?? 0) !== part)
  return at >= 0 && (ours?.[at] ?? 0) < (theirs?.[at] ?? 0) ? { product, version, ends } : undefined
}

/** The end of a minor version of Kubernetes; one that is older than those listed ended before them. */
export function endOfKubernetes(minor: number): string | undefined {
  const [oldest = 0] = Object.keys(KUBERNETES).map(Number)
  return KUBERNETES[Math.max(minor, oldest)]
}

/** `node` and `registry.example/node` are the image of the project; `calico/node` is somebody else's. */
function official(image: string): string {
  const parts = image.split('/')
  const named = parts.length > 1 && /[.:]|^localhost$/.test(parts[0] ?? '') ? parts.slice(1) : parts
  return named.length === 1 ? `library/${named[0] ?? ''}` : image
}

function splitTag(image: string): [string, string] {
  const [name = ''] = image.split('@')
  const colon = name.lastIndexOf(':')
  return colon > name.lastIndexOf('/') ? [name.slice(0, colon), name.slice(colon + 1)] : [name, '']
}
