/** Section `site`: what the gate must know of the place and cannot read from the cluster. */

import { isTimeZone } from '../../kernel/time-zone.ts'
import { z } from 'zod'
import { DEFAULT_BUSINESS_HOURS, DEFAULT_SYSTEM_NAMESPACES } from '../../gate/site.ts'

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const

const businessHours = z
  .strictObject({
    weekdays: z.array(z.enum(WEEKDAYS)).default(DEFAULT_BUSINESS_HOURS.weekdays.map((day) => WEEKDAYS[day - 1] ?? 'monday')),
    fromHour: z.int().min(0).max(23).default(DEFAULT_BUSINESS_HOURS.fromHour),
    toHour: z.int().min(1).max(24).default(DEFAULT_BUSINESS_HOURS.toHour),
  })
  .refine(({ fromHour, toHour }) => fromHour < toHour, 'end before they begin')
  .transform(({ weekdays, ...hours }) => ({ ...hours, weekdays: weekdays.map((day) => WEEKDAYS.indexOf(day) + 1) }))

export const siteSettings = z.strictObject({
  /** IANA name; office hours and freezes are told in it. */
  timeZone: z.string().refine(isTimeZone, 'is no IANA time zone, such as Europe/Berlin').default('UTC'),
  /** Namespaces in which nothing is ever changed, besides kube-system. */
  systemNamespaces: z.array(z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'is no name of a namespace')).default([...DEFAULT_SYSTEM_NAMESPACES]),
  businessHours: businessHours.prefault({}),
  /** Whole days, `2026-12-25`, in the time zone above. */
  holidays: z.array(z.iso.date()).default([]),
  /** iCalendar files or addresses; a day with an event is a holiday. */
  holidayCalendars: z.array(z.string().min(1)).default([]),
})
