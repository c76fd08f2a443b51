/**
 * Every loop, queue, retry and payload has a limit, and every limit has a name and a reason here.
 */

/** A webhook body. Alertmanager groups of a few hundred alerts stay under 300 KiB. */
export const WEBHOOK_BYTES_MAX = 1_048_576

/** Nesting of JSON or YAML that we read from outside. Kubernetes objects stay under 30; a bomb does not. */
export const NESTING_DEPTH_MAX = 64

/** One manifest file. etcd refuses objects over 1.5 MB; a List of thousands of them may still be read. */
export const MANIFEST_BYTES_MAX = 512 * 1_048_576

/** Lines of one container log that become evidence. A crash says why in its last lines. */
export const LOG_TAIL_LINES_MAX = 200

/** Bytes of one container log that we fetch. */
export const LOG_BYTES_MAX = 262_144

/** Turns of one mission: each failed attempt teaches something; after this many, a person knows more than we do. */
export const MISSION_TURNS_MAX = 4

/** Mutations one mission may make. A drain of a full node is about 110 evictions. */
export const MISSION_ACTIONS_MAX = 400

/** How long a mission may take before it hands over, in milliseconds of the cluster's time. */
export const MISSION_DURATION_MAX_MS = 2 * 3_600_000

/** Requests for approval of one incident that may be open at once: more are a flood, and floods are answered with yes. */
export const OPEN_REQUESTS_MAX = 3

/** Turns of one mission that ended with nobody having answered. Each lasts as long as a rehearsal is good for; they are waiting, not failing. */
export const ASKING_TURNS_MAX = 16

/** Plans that one diagnosis rehearses. Past the first few, candidates differ only in name. */
export const PLANS_REHEARSED_MAX = 6

/** Seeds of one rehearsal: enough to see placement luck, few enough for a page at 3 AM. */
export const REHEARSAL_SEEDS = 5

/** Rounds of controller syncs at one instant of virtual time; more means controllers fight. */
export const SYNCS_PER_KEY_PER_INSTANT_MAX = 100

/** Attempts at one call to the world before its fault is believed. */
export const PORT_ATTEMPTS_MAX = 4

/** One request to the Kubernetes API, in milliseconds. The server itself gives up after 60 s; a page of 500 objects takes under 2. */
export const CLUSTER_REQUEST_TIMEOUT_MS = 45_000

/** Objects a page when listing: what kubectl asks for. */
export const CLUSTER_LIST_PAGE_SIZE = 500

/** Restarts of a list whose pages expired under us before we say so. */
export const CLUSTER_LIST_RESTARTS_MAX = 3

/** Longest wait between two attempts to connect a watch again. */
export const WATCH_BACKOFF_MAX_MS = 30_000

/** Lists and logs that one snapshot reads at a time: quick, and still one polite client among many. */
export const SNAPSHOT_CONCURRENCY = 6

/** Containers whose logs one snapshot collects. Past this many in trouble, they share a cause and the logs repeat. */
export const SNAPSHOT_LOGS_MAX = 200

/** One file of a scan. The largest manifest people keep in a repository (all CRDs of an operator) is some 5 MiB; a collected cluster is more. */
export const SCAN_FILE_BYTES_MAX = 64 * 1_048_576

/** One YAML document that is not a list of objects. etcd takes 1.5 MiB; what is larger is no manifest, and its tree takes eighty times its size. */
export const YAML_DOCUMENT_BYTES_MAX = 8 * 1_048_576

/** Texts in which the line of a field is looked up; in larger ones the place is where the document begins. */
export const LOCATE_BYTES_MAX = 8 * 1_048_576

/** How long the user's own `helm` or `kustomize` may take for one chart or overlay. */
export const SCAN_TOOL_TIMEOUT_MS = 60_000

/** What one such tool may write. */
export const SCAN_TOOL_BYTES_MAX = 64 * 1_048_576

/** Pods of one cluster: what Kubernetes is supported with (kubernetes.io, "Considerations for large clusters"). A twin asked for more would play for ever. */
export const CLUSTER_PODS_MAX = 150_000

/** Questions about the future that wait for their turn while one is played; the next is told to come again. */
export const QUESTIONS_WAITING_MAX = 4

/** How long one question may be played, of the wall clock: a lost zone of 5,000 nodes takes a minute a run. */
export const QUESTION_TIMEOUT_MS = 10 * 60_000

/** Heap of the thread that plays a question, in MiB: a twin of 5,000 nodes and its forks fit into it. */
export const QUESTION_HEAP_MIB_MAX = 4_096

/** Objects that are handed to that thread at a time: some milliseconds, between which missions go on. */
export const QUESTION_PORTION = 1_000

/** How long a reading waits for a watch to show a change of our own before it lists. Watches lag by milliseconds. */
export const CATCH_UP_MAX_MS = 5_000

/** Silence after which a server is taken not to stream the end of what there is. */
export const LISTING_SILENCE_MS = 10_000

/** How long a refusal to show a kind stands before it is asked for again: rights are given by people. */
export const REFUSED_AGAIN_MS = 60_000

/** How old measurements may be: a metrics server measures every 15 s (its --metric-resolution). */
export const METRICS_FRESH_MS = 15_000

/** After this a base asks which kinds there are even where nothing said that they changed. */
export const KINDS_ASKED_AGAIN_MS = 10 * 60_000
