/** The thread that plays one question: gathers the snapshot, answers, and is ended. */

import { parentPort } from 'node:worker_threads'
import { faultData, isFault } from '../../kernel/fault.ts'
import { whatIf } from '../../loop/what-if/what-if.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { AsideAnswer, AsideOrder } from './aside.ts'

const objects: KubeObject[] = []

parentPort?.on('message', (order: AsideOrder) => {
  if (order.type === 'objects') objects.push(...order.objects)
  else void answer(order)
})

async function answer({ question, snapshot }: Extract<AsideOrder, { readonly type: 'ask' }>): Promise<void> {
  try {
    say({ type: 'answer', answer: await whatIf({ ...question, snapshot: { ...snapshot, objects } }) })
  } catch (error) {
    if (!isFault(error)) throw error
    say({ type: 'fault', fault: faultData(error) })
  }
}

function say(message: AsideAnswer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(message)
}
