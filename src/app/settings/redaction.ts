/** Section `redaction`: what is withheld besides secrets, and the site's own rules. Nothing here can turn a shipped rule off. */

import { z } from 'zod'
import { DEFAULT_PERSONAL, type CustomRule } from '../../kernel/redact/redactor.ts'
import { PERSONAL_TYPES } from '../../kernel/redact/personal.ts'

export const redactionSettings = z.strictObject({
  /** Kinds of personal data that become pseudonyms. Addresses (`ip`) are public ones only: those of the cluster explain incidents. */
  personal: z.array(z.enum(PERSONAL_TYPES)).default([...DEFAULT_PERSONAL]),
  /** Patterns of the site: whatever one matches is withheld whole. */
  rules: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9-]{1,40}$/, 'is no name in kebab-case'),
        pattern: z.string().min(1).max(500).refine(isPattern, 'is no regular expression').refine(isLinear, 'repeats a group that repeats: such a pattern can take for ever'),
        class: z.enum(['secret', 'personal']).default('secret'),
        ignoreCase: z.boolean().default(false),
      }),
    )
    .max(50)
    .default([]),
})

export function customRules(settings: z.infer<typeof redactionSettings>): readonly CustomRule[] {
  return settings.rules.map((rule) => ({ name: rule.name, class: rule.class, pattern: new RegExp(rule.pattern, rule.ignoreCase ? 'gi' : 'g') }))
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text).source !== ''
  } catch {
    return false
  }
}

/** `(a+)+`, `(?:a*b?){2,}`: a repeated group with an open repetition inside. Told by the text, on the safe side. */
function isLinear(text: string): boolean {
  const open: { repeats: boolean }[] = []
  let repeatsBefore = false
  const tokens = [...text.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|[()]|[*+]|\{\d+,\d*\}|./gs)].map(([token]) => token)
  for (const token of tokens) {
    const repetition = /^[*+]$|^\{\d+,\d*\}$/.test(token)
    if (repetition && repeatsBefore) return false
    if (repetition && open.length > 0) for (const group of open) group.repeats = true
    if (token === '(') open.push({ repeats: false })
    repeatsBefore = token === ')' && open.pop()?.repeats === true
  }
  return true
}
