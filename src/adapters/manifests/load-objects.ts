/** The objects of one manifest, for those who name a file: every document must be whole, since leaving one out is no answer. */

import { readFileSync } from 'node:fs'
import { fault } from '../../kernel/fault.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { addDefaults } from './add-defaults.ts'
import { fileText, type FileText } from './file-text.ts'
import { isJson, readDocuments } from './read-documents.ts'
import { readObjects } from './read-objects.ts'

/** Fault `not-found` or `invalid` with the first thing that is wrong. */
export function loadObjects(file: string): readonly KubeObject[] {
  const text = textOf(file)
  const objects: KubeObject[] = []
  for (const document of readDocuments({ source: file, text, json: isJson(file) })) {
    if (document.type === 'problem') throw invalid(file, document.message)
    const read = readObjects(document)
    const [note] = read.notes
    if (note !== undefined) throw invalid(file, note.message)
    objects.push(...read.objects.map(({ object }) => object))
  }
  if (objects.length === 0) throw invalid(file, 'it holds no object')
  return addDefaults(objects)
}

function textOf(file: string): string {
  const read = fileText(file, bytesOf(file))
  const problem = read.type === 'text' ? read.flaw : read.reason
  if (problem !== undefined) throw invalid(file, problem)
  return (read as Extract<FileText, { type: 'text' }>).text
}

/** The descriptor of what is piped in, which kubectl calls `-`. */
const STDIN = 0

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? STDIN : file)
  } catch (cause) {
    throw fault({ code: 'not-found', operation: 'read manifest', subject: file, message: (cause as NodeJS.ErrnoException).code === 'EISDIR' ? 'this is a folder' : 'the file cannot be read', hint: (cause as NodeJS.ErrnoException).code === 'EISDIR' ? 'Name the files in it, with -f before each.' : 'Check the path.', cause })
  }
}

function invalid(file: string, message: string): unknown {
  return fault({ code: 'invalid', operation: 'read manifest', subject: file, message })
}
