/** Which file each thing of a scan came from, and from there the lines of what was found. */

import type { FieldPath } from '../../model/audit.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { locate, type Comment, type Spot } from '../../adapters/sources/locate.ts'
import type { FileProblem, Placed, SourceFile } from '../../adapters/sources/source-file.ts'
import type { PlacedFinding } from '../../scan/conclude.ts'
import { unreadableFile } from '../../scan/own-cards.ts'
import type { Place, RawFinding } from '../../scan/scan-report.ts'
import { fromAnnotations, readComment, type ReadSuppression } from '../../scan/suppression.ts'

interface Origin {
  readonly file: SourceFile
  readonly document: number
  readonly path: FieldPath
  /** Of a problem, whose line is known already. */
  readonly line?: number
}

export type Origins = Map<object, Origin>

/** `objects` are those of the files in their order, after defaults were filled in. */
export function originsOf(files: readonly SourceFile[], objects: readonly KubeObject[]): Origins {
  const origins: Origins = new Map()
  const note = (value: object, file: SourceFile, placed: Placed<object>): void => void origins.set(value, { file, document: placed.document, path: placed.path })
  let at = 0
  for (const file of files) {
    for (const placed of file.objects) note(objects[at++] as KubeObject, file, placed)
    for (const placed of file.others) note(placed.value, file, placed)
    for (const problem of file.problems) origins.set(problem, { file, document: problem.document, path: [], line: problem.line })
  }
  return origins
}

/** A file or document that could not be read is a finding like any other. */
export function problemsIn(files: readonly SourceFile[]): RawFinding[] {
  return files.flatMap((file) => file.problems.map((problem) => toRaw(file, problem)))
}

function toRaw(file: SourceFile, problem: FileProblem): RawFinding {
  const { id, severity, title, prevention } = unreadableFile
  return { rule: id, severity, of: problem, subject: { kind: 'File', name: file.source }, path: [], summary: `${file.source}, document ${problem.document}, line ${problem.line}: ${problem.message}`, advice: prevention, cause: title }
}

/** Each file is opened once, and only if something was found in it. */
export async function placeFindings(findings: readonly RawFinding[], origins: Origins): Promise<PlacedFinding[]> {
  const byFile = new Map<SourceFile | undefined, RawFinding[]>()
  for (const finding of findings) {
    const file = origins.get(finding.of)?.file
    const group = byFile.get(file)
    if (group === undefined) byFile.set(file, [finding])
    else group.push(finding)
  }
  const placed: PlacedFinding[] = []
  for (const [file, group] of byFile) placed.push(...(file === undefined ? group.map(withoutFile) : await placeInFile(file, group, origins)))
  return placed
}

function withoutFile(raw: RawFinding): PlacedFinding {
  return { raw, nearby: ofObject(raw) }
}

async function placeInFile(file: SourceFile, findings: readonly RawFinding[], origins: Origins): Promise<PlacedFinding[]> {
  const questions = findings.map((finding) => {
    const origin = origins.get(finding.of) as Origin
    return { document: origin.document, path: [...origin.path, ...finding.path] }
  })
  const { spots, comments } = await locate(file, questions)
  return findings.map((raw, index) => {
    const origin = origins.get(raw.of) as Origin
    const spot = spots[index] as Spot
    return { raw, place: placeOf(file, origin, spot), nearby: [...ofObject(raw), ...ofComments(file, comments, spot)] }
  })
}

function placeOf(file: SourceFile, origin: Origin, spot: Spot): Place {
  if (origin.line !== undefined) return { file: file.source, document: origin.document, line: origin.line, column: 1 }
  if (file.text !== undefined) return { file: file.source, document: origin.document }
  return { file: file.source, document: origin.document, line: spot.line, column: spot.column }
}

function ofComments(file: SourceFile, comments: readonly Comment[], spot: Spot): ReadSuppression[] {
  return comments.filter(({ line }) => spot.within.includes(line)).map(({ line, text }) => readComment(text, `the comment about line ${line} of ${file.source}`))
}

function ofObject({ of, subject }: RawFinding): ReadSuppression[] {
  return 'metadata' in of ? fromAnnotations((of as KubeObject).metadata.annotations, `the annotation of ${subject.kind} ${subject.name}`) : []
}
