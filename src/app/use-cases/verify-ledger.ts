/** The ledger's files, checked and proven from, with nothing but their bytes. */

export { parseNoteKey, type NoteKey } from '../../audit/notes/note-key.ts'
export { partsOf, proofText, proveConsistency, proveInclusion, type LedgerParts } from '../../audit/proof/prove.ts'
export { readAnchors } from '../../audit/verify/anchored.ts'
export { verifyFile, type FileCheck } from '../../audit/verify/verify-file.ts'
