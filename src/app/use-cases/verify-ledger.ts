/** Checks a ledger with nothing but its text. */

export { verifyLedger as verifyLedgerText } from '../../audit/verify-ledger.ts'
