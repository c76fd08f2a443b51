/**
 * What Boyd promises, as rows that tests cite.
 *
 * A promise nobody can point to a test for is a wish. Each row is one behaviour with its source; a test that
 * shows it says `proves('…')` in its body, and `test/tidy/requirements.test.ts` fails on a row that no test cites.
 * The five groups are the five promises of `ARCHITECTURE.md`; they outrank features.
 */

export interface Requirement {
  /** The promise, then the behaviour. */
  readonly id: string
  /** One sentence that a test can show. */
  readonly promise: string
  /** The promise it belongs to, in the words of `ARCHITECTURE.md`. */
  readonly source: string
}

const REHEARSED = 'Nothing happens unrehearsed'
const AUTHORISED = 'Nothing happens unauthorised'
const ONCE = 'Nothing is done twice or forgotten'
const VERIFIED = 'Nothing is claimed unverified'
const RECORDED = 'Nothing is unrecorded'

const ROWS = [
  { id: 'nothing-unrehearsed.only-passed-plans-act', promise: 'A plan is applied only after its rehearsal passed; one that fails is dropped before anybody is asked.', source: REHEARSED },
  { id: 'nothing-unrehearsed.same-plan', promise: 'What is applied is what was rehearsed: a plan whose hash differs from the cleared one is refused.', source: REHEARSED },
  { id: 'nothing-unauthorised.only-gate-mints', promise: 'No code but the gate makes a clearance, and only the loop may ask it to.', source: AUTHORISED },
  { id: 'nothing-unauthorised.act-follows-the-verdict', promise: 'What policy denies, or a person does not approve, is not applied.', source: AUTHORISED },
  { id: 'nothing-unauthorised.clearance-is-bound-to-its-realm', promise: 'A clearance for a twin is refused on a live cluster.', source: AUTHORISED },
  { id: 'nothing-unauthorised.default-deny', promise: 'A step that no policy permits is denied.', source: AUTHORISED },
  { id: 'nothing-unauthorised.layers-only-tighten', promise: 'Nothing that a site adds to the policies makes a verdict milder, and the sealed ones cannot be taken away.', source: AUTHORISED },
  { id: 'nothing-unauthorised.unknown-never-allows', promise: 'An input of the decision that is missing, empty, misspelt or broken is never allowed.', source: AUTHORISED },
  { id: 'nothing-unauthorised.hooks-only-tighten', promise: 'A hook makes no verdict milder; one that crashes, hangs or says what nobody understands stops a change.', source: AUTHORISED },
  { id: 'nothing-unauthorised.bundle-whole-or-not', promise: 'Policies that do not load whole never replace those in force.', source: AUTHORISED },
  { id: 'nothing-unauthorised.commands-keep-to-their-profile', promise: 'A command line is allowed only for what it means, in the spelling that would be executed; no text talks it past its profile.', source: AUTHORISED },
  { id: 'nothing-unauthorised.never-past-a-budget', promise: 'An eviction that a disruption budget refuses is not forced.', source: AUTHORISED },
  { id: 'nothing-unauthorised.text-decides-nothing', promise: 'No text in a log, an event, an annotation, a name or an alert makes a change allowed, and no proposer does.', source: AUTHORISED },
  { id: 'nothing-unauthorised.reader-cannot-write', promise: 'The credentials of the part that thinks can change nothing, whatever is tried with them.', source: AUTHORISED },
  { id: 'nothing-unauthorised.backstop', promise: 'Where the roles of Boyd\'s accounts are too wide, admission refuses what no verb needs.', source: AUTHORISED },
  { id: 'nothing-unauthorised.the-voter-is-proved', promise: 'A vote is whom the credential belongs to, and counts only with our signature and while its voter may approve.', source: AUTHORISED },
  { id: 'nothing-unauthorised.only-people-vote', promise: 'Services and agents never vote, whatever their roles and scopes.', source: AUTHORISED },
  { id: 'nothing-unauthorised.looking-decides-nothing', promise: 'Opening a link changes nothing, and with the link alone nobody approves.', source: AUTHORISED },
  { id: 'nothing-unauthorised.void-when-things-moved', promise: 'An approval whose ground has changed by the moment of use is void.', source: AUTHORISED },
  { id: 'nothing-unauthorised.denied-stays-denied', promise: 'A plan that a person denied is not proposed again for the incident.', source: AUTHORISED },
  { id: 'nothing-unauthorised.stop-stops', promise: 'The kill switch stops new changes within a second, and plans that run at their next step.', source: AUTHORISED },
  { id: 'nothing-twice.one-incident', promise: 'The same signal twice, or from many senders at once, is one incident.', source: ONCE },
  { id: 'nothing-twice.approval-single-use', promise: 'An approval is used by exactly one of many concurrent takers.', source: ONCE },
  { id: 'nothing-twice.killed-anywhere-acts-once', promise: 'A process killed at any recorded point goes on to the same end, with each action made once.', source: ONCE },
  { id: 'nothing-unverified.resolved-means-proof', promise: 'An incident is called resolved only when its proof holds on the live cluster.', source: VERIFIED },
  { id: 'nothing-unrecorded.every-act-is-in-the-ledger', promise: 'Each action on a cluster has its entry in the ledger.', source: RECORDED },
  { id: 'nothing-unrecorded.ledger-verifies', promise: 'The ledger of any run verifies offline.', source: RECORDED },
  { id: 'nothing-unrecorded.tampering-is-noticed', promise: 'A line of the ledger that is changed, removed or moved is noticed, and so is a shortened ledger.', source: RECORDED },
  { id: 'nothing-unrecorded.cut-or-made-anew-shows', promise: 'A ledger that was cut with its checkpoints, or made anew by who holds its key, shows against an anchor.', source: RECORDED },
  { id: 'nothing-unrecorded.no-change-unvouched', promise: 'No change is sent while the ledger cannot be signed, or too few anchors take its checkpoints.', source: RECORDED },
  { id: 'nothing-unrecorded.the-cluster-agrees', promise: 'A change under Boyd’s account that the ledger does not know is found in the audit log of the cluster.', source: RECORDED },
  { id: 'nothing-unrecorded.no-secret-values', promise: 'What is recorded holds no value of a Secret.', source: RECORDED },
  { id: 'nothing-leaks.canaries', promise: 'Secrets in logs, objects and alerts come out of no table, file, answer, stream or log of Boyd.', source: RECORDED },
] as const satisfies readonly Requirement[]

export type RequirementId = (typeof ROWS)[number]['id']

export const REQUIREMENTS: readonly (Requirement & { readonly id: RequirementId })[] = ROWS

/** Said in the body of a test that shows these rows. The compiler knows the ids; the tidy test finds the citations. */
export function proves(...ids: readonly RequirementId[]): readonly RequirementId[] {
  return ids
}
