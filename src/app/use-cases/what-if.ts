/** What would happen: questions about the future of a folder, a saved snapshot or a cluster, answered on a twin of it. */

import { loadObjects } from '../../adapters/manifests/load-objects.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { WhatIf } from '../../model/what-if.ts'
import { fault } from '../../kernel/fault.ts'
import { parseQuestion } from '../../loop/what-if/parse-question.ts'
import { splitQuestions } from '../../loop/what-if/question-text.ts'
import { whatIf, type WhatIfOptions } from '../../loop/what-if/what-if.ts'
import type { Snapshot } from '../../model/snapshot.ts'

export { stoppedText } from '../../loop/what-if/stopped-workloads.ts'
export { QUESTION_HELP, QUESTION_VERBS } from '../../loop/what-if/question-verbs.ts'

export interface WhatIfInput {
  readonly questions: readonly string[]
  readonly snapshot: Snapshot
  readonly seeds: number
  readonly horizonMs: number
  /** What `apply -f` reads; files of this machine unless said otherwise. */
  readonly readManifest?: (file: string) => readonly KubeObject[]
}

/** In this thread: for a process that has nothing else to do. */
export function askWhatIf({ snapshot, ...input }: WhatIfInput): Promise<WhatIf> {
  return whatIf({ ...readQuestion(input), snapshot })
}

/** A question that was read before. */
export { whatIf as playQuestion } from '../../loop/what-if/what-if.ts'

/** What is to be played, as plain data. Fault `invalid` for a question that cannot be read. */
export function readQuestion({ questions, seeds, horizonMs, readManifest = loadObjects }: Omit<WhatIfInput, 'snapshot'>): Omit<WhatIfOptions, 'snapshot'> {
  const doings = splitQuestions(questions).map((text) => ({ text, doing: parseQuestion(text, { readManifest }) }))
  return { doings, seeds: Array.from({ length: seeds }, (_, index) => index + 1), horizonMs }
}

/** For a question that came over the network: it may not name files of this machine. */
export function refuseFiles(file: string): never {
  throw fault({ code: 'invalid', operation: 'read question', subject: file, message: 'a file cannot be named over HTTP', hint: 'Send its objects as "objects", and write "apply -f -".' })
}
