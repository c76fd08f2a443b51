/** Formats of strings that are checked (`kube-openapi/pkg/validation/strfmt`, `apiserver/validation/formats.go`); others say nothing. */

import { z } from 'zod'

/** A name of several parts ends in one of two letters at least. */
const HOSTNAME = /^[a-zA-Z]([-0-9a-zA-Z]*[0-9a-zA-Z])?(?:(\.[a-zA-Z]([-0-9a-zA-Z]*[0-9a-zA-Z])?)*\.[a-zA-Z][-0-9a-zA-Z]*[0-9a-zA-Z])?$/
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/
const DURATION = /^(-?\d+(\.\d+)?(ns|us|µs|ms|s|m|h|d|w| ?(seconds?|minutes?|hours?|days?|weeks?)))+$/
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': (text) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)),
  datetime: (text) => DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)),
  date: fits(z.iso.date()),
  duration: (text) => DURATION.test(text),
  uuid: (text) => UUID.test(text),
  uuid3: (text) => UUID.test(text) && text.replaceAll('-', '')[12] === '3',
  uuid4: (text) => UUID.test(text) && text.replaceAll('-', '')[12] === '4',
  uuid5: (text) => UUID.test(text) && text.replaceAll('-', '')[12] === '5',
  ipv4: fits(z.ipv4()),
  ipv6: fits(z.ipv6()),
  cidr: fits(z.union([z.cidrv4(), z.cidrv6()])),
  mac: (text) => /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(text),
  hostname: (text) => text.length <= 255 && HOSTNAME.test(text),
  email: (text) => /^[^\s@]+@[^\s@]+$/.test(text),
  uri: (text) => URL.canParse(text) || text.startsWith('/'),
  byte: (text) => /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0,
  'k8s-short-name': (text) => LABEL.test(text),
  'k8s-long-name': (text) => text.length <= 253 && text.split('.').every((part) => LABEL.test(part)),
}

export function matchesFormat(text: string, format: string): boolean {
  return FORMATS[format]?.(text) ?? true
}

function fits(schema: z.ZodType): (text: string) => boolean {
  return (text) => schema.safeParse(text).success
}
