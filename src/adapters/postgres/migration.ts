/** One step of the schema's history. Once released it never changes; the next change is the next number. */

export interface Migration {
  /** `NNNN-name`, in the order of running. */
  readonly id: string
  /** One or more statements, run in one transaction. */
  readonly sql: string
}
