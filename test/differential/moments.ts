/**
 * Moments at which a schedule of a play is due: whole minutes of each side's own clock, the first of them far enough ahead for
 * what is done before it. A schedule that names only these is due no more than once each, however long a step takes to rest.
 *
 * In a script `{minute:0}` stands for the minute of the hour of the first moment, and `{moment:0}` for its minutes since 1970, of
 * which a CronJob makes the names of its Jobs. Both sides show the moment where the other has one.
 */

export interface Moments {
  /** Of the first moment, in minutes since 1970. */
  readonly firstMinute: number
}

const MINUTE_MS = 60_000
const COUNT = 2
/** For the controllers to see that it is due, and begin. */
const AFTER_MS = 2_000
/** The schedules that plays have; as an answer shows them, the same on both sides. */
export const SCHEDULES = ['{minute:0} * * * *', '{minute:1} * * * *', '{minute:0},{minute:1} * * * *'] as const
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/
const ORDINALS = Array.from({ length: COUNT }, (_, ordinal) => ordinal)

export function momentsFrom(nowMs: number, leadMs: number): Moments {
  return { firstMinute: Math.floor((nowMs + leadMs) / MINUTE_MS) + 1 }
}

export function startOfMoment({ firstMinute }: Moments, ordinal: number): number {
  return (firstMinute + ordinal) * MINUTE_MS
}

export function endOfMoment(moments: Moments, ordinal: number): number {
  return startOfMoment(moments, ordinal) + AFTER_MS
}

export function placeMoments(text: string, { firstMinute }: Moments): string {
  const placeOne = (all: string, ordinal: number): string => all.replaceAll(`{minute:${ordinal}}`, String((firstMinute + ordinal) % 60)).replaceAll(`{moment:${ordinal}}`, String(firstMinute + ordinal))
  return ORDINALS.reduce(placeOne, text)
}

/** The moments that a text names: in a time, in a Job's name, as a schedule. */
export function renameMoments(text: string, moments: Moments): string {
  const schedule = SCHEDULES.find((each) => placeMoments(each, moments) === text)
  const renameOne = (all: string, ordinal: number): string => (isTimeOf(all, startOfMoment(moments, ordinal)) ? `MOMENT-${ordinal}` : all.replaceAll(String(moments.firstMinute + ordinal), `MOMENT-${ordinal}`))
  return schedule ?? ORDINALS.reduce(renameOne, text)
}

function isTimeOf(text: string, timeMs: number): boolean {
  return TIME.test(text) && Date.parse(text) === timeMs
}
