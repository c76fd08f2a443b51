/** The resource that a kind is served under, guessed: as Kubernetes itself guesses (meta.UnsafeGuessKindToResource), and right for every built-in kind. */

/** `NetworkPolicy` → `networkpolicies`. */
export function pluralOf(kind: string): string {
  const lower = kind.toLowerCase()
  if (lower === 'endpoints') return lower
  if (/(s|x|ch|sh)$/.test(lower)) return `${lower}es`
  return /[^aeiou]y$/.test(lower) ? `${lower.slice(0, -1)}ies` : `${lower}s`
}
