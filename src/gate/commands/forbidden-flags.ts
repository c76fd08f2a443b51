/** Flags that no grammar has, each with what it would do: the refusal should teach. */

const CHOOSES_ACCESS = 'chooses the credentials, the cluster or how far it is trusted'
const RAW = 'goes past the kinds, so nobody can say what it reads'
const WRITES_OR_READS_FILES = 'reads or writes files that the command does not name'
const TELLS_TOO_MUCH = 'makes the program print requests and their credentials'
const RUNS_PROGRAMS = 'makes the program run another'
const SELECTS = 'chooses objects that the command does not name'

const REASONS: Readonly<Record<string, readonly string[]>> = {
  [CHOOSES_ACCESS]: [
    '--kubeconfig', '--context', '--cluster', '--user', '--server', '-s', '--token', '--as', '--as-group', '--as-uid', '--as-user-extra', '--username', '--password', '--client-certificate', '--client-key',
    '--certificate-authority', '--insecure-skip-tls-verify', '--insecure-skip-tls-verify-backend', '--tls-server-name', '--disable-compression', '--kube-context', '--kube-apiserver', '--kube-token',
    '--kube-as-user', '--kube-as-group', '--kube-ca-file', '--kube-insecure-skip-tls-verify', '--kube-tls-server-name', '--kuberc', '--profile', '--endpoint-url', '--no-verify-ssl', '--ca-bundle', '--account',
    '--auth-token', '--grpc-web', '--insecure', '--subscription', '--impersonate-service-account', '--access-token-file',
  ],
  [RAW]: ['--raw', '--subresource'],
  [WRITES_OR_READS_FILES]: ['--template', '--cache-dir', '--profile-output', '--log-file', '--log-dir', '--output-directory', '--output', '--patch-file', '--contents', '--no-index', '--files0-from', '--registry-config', '--repository-config', '--repository-cache'],
  [TELLS_TOO_MUCH]: ['-v', '--v', '--vmodule', '--debug', '--log-backtrace-at', '--verbosity', '--log-http'],
  [RUNS_PROGRAMS]: ['-c', '--exec-path', '--upload-pack', '--receive-pack', '--exec', '--ext-diff', '--textconv', '--post-renderer', '--open-files-in-pager'],
  [SELECTS]: ['-l', '--selector', '--all', '-A', '--all-namespaces', '-f', '--filename', '-k', '--kustomize', '-R', '--recursive', '--field-selector', '--prune'],
}

const REASON_OF = new Map(Object.entries(REASONS).flatMap(([reason, flags]) => flags.map((flag) => [flag, reason] as const)))

/** Why a flag that a command does not take is dangerous; undefined where it is merely unknown. */
export function whyForbidden(flag: string): { readonly rule: 'flag-forbidden' | 'by-selector'; readonly text: string } | undefined {
  const reason = REASON_OF.get(flag)
  return reason === undefined ? undefined : { rule: reason === SELECTS ? 'by-selector' : 'flag-forbidden', text: reason }
}
