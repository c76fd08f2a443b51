/** Go writes empty structs and texts, and nothing for a null: which of them is written says nothing. */
export function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? null : value.map((item) => withoutEmpty(item) ?? {})
  if (typeof value !== 'object' || value === null) return value === '' ? null : (value ?? null)
  const kept = Object.entries(value).flatMap(([key, part]) => {
    const trimmed = withoutEmpty(part)
    return trimmed === null ? [] : [[key, trimmed] as const]
  })
  return kept.length === 0 ? null : Object.fromEntries(kept)
}
