import { describe, expect, test } from 'vitest'
import { leafDigest } from '../chain.ts'
import { parseCheckpoint, signCheckpoint } from './checkpoint.ts'
import { generateNoteSigner, parseNoteKey, parseNoteSigner, type NoteSigner } from './note-key.ts'
import { checkNote, parseNote, parseNotes, signNote } from './signed-note.ts'

/** The example of Go's package sumdb/note: a key pair and a note that others made. */
const PUBLIC = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const PRIVATE = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz'
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
const NOTE = `${TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`

const peter = parseNoteSigner(PRIVATE) as NoteSigner
const { signer: ours } = generateNoteSigner('boyd/test')

describe('keys', () => {
  test('the texts of others are read, and the signature is theirs, byte for byte', () => {
    expect(peter.key.text).toBe(PUBLIC)
    expect(signNote(TEXT, [peter])).toBe(NOTE)
    expect(checkNote(parseNote(NOTE) as never, [parseNoteKey(PUBLIC) as never])).toEqual({ forged: false, signed: 1, unknown: 0 })
  })

  test('a key that was made is read back', () => {
    const { signer, privateText } = generateNoteSigner('boyd/test')
    expect(parseNoteSigner(privateText)?.key.text).toBe(signer.key.text)
    expect(parseNoteKey(signer.key.text)?.id).toBe(signer.key.id)
  })

  test.each(['', 'PeterNeumann', PRIVATE, PUBLIC.replace('c74f20a3', 'c74f20a4'), PUBLIC.replace('ARpc', 'Arpc'), `${PUBLIC}=`, PUBLIC.replace('Peter', 'Peter '), PUBLIC.replace('PeterNeumann', '')])('no public key: %s', (text) => {
    expect(parseNoteKey(text)).toBeUndefined()
  })

  test.each(['', PUBLIC, PRIVATE.replace('c74f20a3', 'c74f20a4'), PRIVATE.slice(0, -4)])('no private key: %s', (text) => {
    expect(parseNoteSigner(text)).toBeUndefined()
  })
})

describe('notes', () => {
  const signature = NOTE.slice(TEXT.length + 1)
  test.each([
    { name: 'no signature', note: `${TEXT}\n` },
    { name: 'no empty line', note: `${TEXT}${signature}` },
    { name: 'no line feed at the end', note: NOTE.slice(0, -1) },
    { name: 'a hyphen for the dash', note: NOTE.replace('—', '-') },
    { name: 'base64 spelt otherwise', note: NOTE.replace('AM=', 'AN=') },
    { name: 'a control character', note: NOTE.replace('answer', 'ans\u0007wer') },
    { name: 'a word behind the signature', note: NOTE.replace(/\n$/, ' x\n') },
  ])('$name: it is none', ({ note }) => {
    expect(parseNote(note)).toBeUndefined()
  })

  test('a changed text, and a signature of somebody else under the id, are forged; strangers are counted', () => {
    expect(checkNote(parseNote(NOTE.replace('answer', 'answor')) as never, [peter.key])).toMatchObject({ forged: true, signed: 0 })
    expect(checkNote(parseNote(signNote(TEXT, [peter, ours])) as never, [ours.key])).toEqual({ forged: false, signed: 1, unknown: 1 })
  })

  test('several in one text, with and without empty lines between', () => {
    const notes = ['a\n', 'b\nc\n', 'd\n'].map((text) => signNote(text, [peter, ours]))
    expect(parseNotes(notes.join(''))).toEqual(notes)
    expect(parseNotes(notes.join('\n'))).toEqual(notes)
    expect(parseNotes(`${notes.join('\n')}half of one`)).toBeUndefined()
    expect(parseNotes('')).toEqual([])
  })
})

describe('checkpoints', () => {
  const root = leafDigest('root')
  const text = signCheckpoint({ size: 500, root }, [ours])

  test('say origin, size and root', () => {
    expect(text.split('\n').slice(0, 4)).toEqual(['boyd/test', '500', root.toString('base64'), ''])
    expect(parseCheckpoint(text)).toMatchObject({ origin: 'boyd/test', size: 500, root, text })
  })

  test.each([
    { name: 'a size with a zero in front', from: '\n500\n', to: '\n0500\n' },
    { name: 'a size that is no number', from: '\n500\n', to: '\nmany\n' },
    { name: 'a size below nothing', from: '\n500\n', to: '\n-1\n' },
    { name: 'a short root', from: root.toString('base64'), to: root.subarray(1).toString('base64') },
    { name: 'no origin', from: 'boyd/test\n500', to: '\n500' },
  ])('$name: it is none', ({ from, to }) => {
    expect(parseCheckpoint(text.replace(from, to))).toBeUndefined()
  })
})
