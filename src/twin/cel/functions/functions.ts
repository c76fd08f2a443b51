/** A library of functions for expressions: types of its own, names that functions hang on (`sets.contains`), and functions by signature. */

export type Handler = (...args: never[]) => unknown

export interface FunctionLibrary {
  /** Classes by the name of their type. */
  readonly types?: Readonly<Record<string, new (...args: never[]) => object>>
  readonly namespaces?: readonly string[]
  readonly functions: Readonly<Record<string, Handler>>
  readonly operators?: Readonly<Record<string, Handler>>
}

/** What stands before the dot of `sets.contains`. */
export class Namespace {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

export function isNamespace(value: unknown): value is Namespace {
  return value instanceof Namespace
}

/** The type of what a namespace is: `SetsNamespace`. */
export function namespaceType(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}Namespace`
}
