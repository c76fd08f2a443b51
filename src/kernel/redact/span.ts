/** A stretch of text that must not be kept, and what it is. */

export type WithheldClass = 'secret' | 'personal'

export interface Span {
  readonly start: number
  /** Exclusive. */
  readonly end: number
  /** Kebab-case: `jwt`, `password`, `url-password`. */
  readonly type: string
  readonly class: WithheldClass
}

/** In order, without overlaps: of two that overlap the one that begins first stands, and of those the longer. */
export function settled(spans: readonly Span[]): readonly Span[] {
  if (spans.length < 2) return spans
  const sorted = [...spans].sort((left, right) => left.start - right.start || right.end - left.end)
  const kept: Span[] = []
  for (const span of sorted) {
    const last = kept.at(-1)
    if (last === undefined || span.start >= last.end) kept.push(span)
    // What sticks out behind a span is part of the same secret, or of another: it goes too.
    else if (span.end > last.end) kept[kept.length - 1] = { ...last, end: span.end }
  }
  return kept
}
