/** A binary heap with an order of one's own; forks by copying its array. */

export interface Heap<T> {
  push(item: T): void
  pop(): T | undefined
  peek(): T | undefined
  fork(): Heap<T>
}

export function createHeap<T>(isBefore: (left: T, right: T) => boolean, items: T[] = []): Heap<T> {
  return {
    push(item) {
      items.push(item)
      siftUp(items, isBefore)
    },
    pop() {
      const [top] = items
      const last = items.pop()
      if (items.length > 0 && last !== undefined) {
        items[0] = last
        siftDown(items, isBefore)
      }
      return top
    },
    peek: () => items[0],
    fork: () => createHeap(isBefore, [...items]),
  }
}

function siftUp<T>(items: T[], isBefore: (left: T, right: T) => boolean): void {
  let child = items.length - 1
  while (child > 0) {
    const parent = (child - 1) >> 1
    if (!isBefore(items[child] as T, items[parent] as T)) return
    swap(items, child, parent)
    child = parent
  }
}

function siftDown<T>(items: T[], isBefore: (left: T, right: T) => boolean): void {
  let parent = 0
  for (;;) {
    const left = parent * 2 + 1
    if (left >= items.length) return
    const right = left + 1
    const child = right < items.length && isBefore(items[right] as T, items[left] as T) ? right : left
    if (!isBefore(items[child] as T, items[parent] as T)) return
    swap(items, child, parent)
    parent = child
  }
}

function swap<T>(items: T[], left: number, right: number): void {
  const held = items[left] as T
  items[left] = items[right] as T
  items[right] = held
}
