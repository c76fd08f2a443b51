/** How long images take to arrive on a node, in the kubelets' own words. */

import type { Inference } from './inference.ts'
import { median } from './median.ts'
import type { Sight } from './observation.ts'

const PULLED = /^Successfully pulled image "([^"]+)" in ([\dhms.µ]+)/

/** By image; and of all together, for images that nobody saw arrive. */
export function pullsSeen({ observations }: Sight): { readonly inferences: Inference[]; readonly othersSeconds?: number; readonly assumptions: string[] } {
  const byImage = new Map<string, number[]>()
  const events = new Set(observations.flatMap((observation) => observation.events))
  for (const { reason, message } of events) {
    const [, image = '', duration = ''] = (reason === 'Pulled' ? PULLED.exec(message) : null) ?? []
    const seconds = secondsOf(duration)
    if (image !== '' && seconds !== undefined) byImage.set(image, [...(byImage.get(image) ?? []), seconds])
  }
  const medians = [...byImage].map(([image, seconds]) => ({ image, seconds: median(seconds) ?? 1, count: seconds.length }))
  const others = median(medians.map(({ seconds }) => seconds))
  const inferences = medians.map(({ image, seconds, count }) => ({ image, change: { pullSeconds: seconds }, assumption: `Pulling image ${image} is assumed to take ${seconds.toFixed(1)} s, the median of ${count} seen in events.` }))
  if (others === undefined) return { inferences, assumptions: ['Images that a node does not have are assumed to exist unless they were refused, and to be pulled in 1 s, since no pull was seen.'] }
  return { inferences, othersSeconds: others, assumptions: [`Images that nobody was seen to pull are assumed to exist unless they were refused, and to be pulled in ${others.toFixed(1)} s, the median of ${medians.length} images.`] }
}

/** A duration as Go prints it: `1m2.5s`, `850ms`. */
function secondsOf(text: string): number | undefined {
  const match = /^(?:(\d+)h)?(?:(\d+)m(?!s))?(?:([\d.]+)(ms|s|µs))?$/.exec(text)
  if (match === null || text === '') return undefined
  const last = Number(match[3] ?? 0) * (match[4] === 'ms' ? 0.001 : match[4] === 'µs' ? 0.000001 : 1)
  return Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + last
}
