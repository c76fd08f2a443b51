/** The parts of an image's name, as container runtimes read them (the grammar of distribution/reference). */

export interface ImageName {
  /** `docker.io` where none is written. */
  readonly registry: string
  /** `library/nginx` for Docker's own short names. */
  readonly repository: string
  readonly tag: string | undefined
  readonly digest: string | undefined
}

/** Undefined where a part is a variable that only somebody else can fill in. */
export function parseImage(text: string): ImageName | undefined {
  if (text === '' || /[\s${}]/.test(text)) return undefined
  const [named = '', digest] = text.split('@')
  const slash = named.lastIndexOf('/')
  const colon = named.indexOf(':', slash + 1)
  const path = colon < 0 ? named : named.slice(0, colon)
  const tag = colon < 0 ? undefined : named.slice(colon + 1)
  const [first = '', ...rest] = path.split('/')
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  const registry = hasRegistry ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io'
  const repository = hasRegistry ? rest.join('/') : path
  return { registry, repository: registry === 'docker.io' && !repository.includes('/') ? `library/${repository}` : repository, tag, digest }
}

/** `nginx` of `docker.io/library/nginx:1.27`. */
export function baseNameOf({ repository }: ImageName): string {
  return repository.split('/').at(-1) ?? repository
}
