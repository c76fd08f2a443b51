/**
 * Text of others, made visible: whatever draws nothing, moves the cursor or turns the direction of writing is shown as what it
 * is. A line break of theirs must not look like a line of ours, and two names that look alike must not be two names.
 */

/** Controls, formats (directions, zero widths, tags), separators, and what no font draws (Unicode 17, DerivedCoreProperties). */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800]/gu

const SHORT: Readonly<Record<string, string>> = { '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t` }

/** One line, without anything unseen: `\n`, `\u{202e}`. */
export function visible(text: string): string {
  return text.replaceAll(UNSEEN, (character) => SHORT[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}
