/** A status as it is stored: upstream's Go types leave out counts of zero and empty texts, but for fields without `omitempty`. */

export function storedStatus<T extends object>(status: T, kept: readonly (keyof T)[]): Partial<T> {
  const isEmpty = (value: unknown): boolean => value === 0 || value === '' || (Array.isArray(value) && value.length === 0)
  return Object.fromEntries(Object.entries(status).filter(([key, value]) => kept.includes(key as keyof T) || !isEmpty(value))) as Partial<T>
}
