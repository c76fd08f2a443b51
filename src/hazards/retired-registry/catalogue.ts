/**
 * Places from which images went away, each with the day and where that is written. Only announcements are in here, no
 * guesses; what is still served is not.
 */

export interface Retirement {
  /** Over the whole image reference, with `docker.io` written out. */
  readonly pattern: RegExp
  readonly what: string
  /** From this day a pull fails or an image no longer gets fixes. ISO. */
  readonly since: string
  readonly instead: string
  readonly source: { readonly title: string; readonly url: string }
}

export const RETIREMENTS: readonly Retirement[] = [
  {
    pattern: /^k8s\.gcr\.io\//,
    what: 'k8s.gcr.io is frozen',
    since: '2023-04-03',
    instead: 'registry.k8s.io has the same images under the same names',
    source: { title: 'k8s.gcr.io image registry will be frozen from the 3rd of April 2023', url: 'https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/' },
  },
  {
    pattern: /^docker\.io\/bitnami\/[^:@]+(?::(?!latest$)[^@]+|@.+)$/,
    what: 'the public Bitnami catalogue was taken down',
    since: '2025-09-29',
    instead: 'bitnamilegacy keeps the old tags without fixes; the upstream project\'s own image is the lasting answer',
    source: { title: 'Upcoming changes to the Bitnami catalog', url: 'https://github.com/bitnami/charts/issues/35164' },
  },
]

/** The full form: `nginx` is `docker.io/library/nginx`. */
export function fullName(image: string): string {
  const [first = ''] = image.split('/')
  if (!image.includes('/')) return `docker.io/library/${image}`
  return first.includes('.') || first.includes(':') || first === 'localhost' ? image : `docker.io/${image}`
}

export function retirementOf(image: string): Retirement | undefined {
  const name = fullName(image)
  return RETIREMENTS.find(({ pattern }) => pattern.test(name))
}
