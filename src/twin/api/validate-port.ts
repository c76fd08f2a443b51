/** Ports and paths as several kinds of object name them. */

import { invalidField, invalidFields, type FieldError } from './field-error.ts'
import { portNameProblems } from './object-names.ts'

const PORT_MAX = 65_535

export function portNumberErrors(port: unknown, field: string): FieldError[] {
  const isPort = typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= PORT_MAX
  return isPort ? [] : [invalidField(field, port, `must be between 1 and ${PORT_MAX}, inclusive`)]
}

/** A port by number or by the name that a container gives it. */
export function portErrorsOf(port: unknown, field: string): FieldError[] {
  return typeof port === 'string' ? invalidFields(field, port, portNameProblems(port)) : portNumberErrors(port ?? 0, field)
}

export function descendingPathErrors(path: string, field: string): FieldError[] {
  return [...(path.startsWith('/') ? [invalidField(field, path, 'must be a relative path')] : []), ...backstepErrors(path, field)]
}

export function backstepErrors(path: string, field: string): FieldError[] {
  return path.split('/').includes('..') ? [invalidField(field, path, "must not contain '..'")] : []
}
