/** One line of an incident's story, as `boyd start` tells it live and `boyd show` tells it afterwards. */

import { colours } from './terminal.ts'
import { wrap } from './wrap.ts'

/** What happened, after the minutes and seconds since the incident opened; broken to the terminal's width. */
export function storyLine(offsetMs: number, text: string): string {
  const offset = offsetText(offsetMs)
  return wrap(`${colours.dim(offset)}  ${text}`, { hang: offset.length + 2 })
}

/** `+02:05`; an incident that lasted longer than an hour has more minutes than sixty. */
function offsetText(offsetMs: number): string {
  const seconds = Math.max(0, Math.round(offsetMs / 1000))
  return `+${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
}
