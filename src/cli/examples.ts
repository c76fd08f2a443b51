/** What `--help` of a command ends with: lines to copy. Together, because they are read against each other. */

import type { Command } from 'commander'

/** By the words after `boyd`. A command that is not here has nothing to show that its usage does not. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  start: ['boyd start', 'boyd start --story node-lost --speed 20', 'boyd start --story node-lost --once --yes --json', 'boyd start --list'],
  serve: ['boyd serve --kubeconfig ~/.kube/config --environment staging', 'boyd serve --database-url postgres://boyd@db.internal/boyd --no-watch'],
  incidents: ['boyd incidents --state awaiting-approval', 'boyd incidents --limit 50 --json'],
  show: ['boyd show inc-01m7ymg1etyd7yqmf4'],
  approve: ['boyd approve apr-mis-01m7ymg1et9whf89z2-1-1 --plan 31a8ceed', "boyd approve apr-mis-01m7ymg1et9whf89z2-1-1 --plan 31a8ceed --reason 'the node is really gone'"],
  approvals: ['boyd approvals', 'boyd approvals show apr-mis-01m7ymg1et9whf89z2-1-1', 'boyd approvals --all --json', 'boyd approvals propose-policy apr-mis-01m7ymg1et9whf89z2-1-1 > denied.diff', 'boyd approvals keys > approval-keys.pub.json', 'boyd approvals verify ledger.jsonl --keys approval-keys.pub.json'],
  deny: ["boyd deny apr-mis-01m7ymg1et9whf89z2-1-1 --plan 31a8ceed --reason 'not during the sale'"],
  token: ['boyd token create --label alertmanager --service alertmanager --role responder --scope alerts', 'boyd token list'],
  'token create': ["boyd token create --label 'ada, laptop' --person ada@example.com --role approver --team payments", 'boyd token create --label alertmanager --service alertmanager --role responder --scope alerts --days 90'],
  'token list': ['boyd token list --json'],
  'token revoke': ['boyd token revoke tok-01m7ymg1etyd7yqmf4'],
  stop: ["boyd stop --reason 'the release train is broken'"],
  resume: ["boyd resume --reason 'the train runs again'"],
  login: ['boyd login --server https://boyd.example'],
  logout: ['boyd logout --server https://boyd.example'],
  whoami: ['boyd whoami', 'BOYD_TOKEN=boyd_… boyd whoami --json'],
  people: ['boyd people', 'boyd people disable mallory@example.com'],
  diagnose: ['boyd diagnose --from ./collected', 'boyd diagnose --from ./collected --alert alert.json --json'],
  rehearse: ['boyd rehearse --from ./collected', 'boyd rehearse --from ./collected --plan best --end-state after.yaml'],
  whatif: ['boyd whatif --from ./collected drain node/a node/b', "boyd whatif --context prod 'lose zone/eu-1b' --for 60", "boyd whatif --context prod 'kubectl set image deploy/web app=registry/app:2 -n shop'", "boyd whatif --from prod.jsonl.gz 'lose node/a; wait 10m; recover node/a'", "boyd whatif --from prod.jsonl.gz 'double deploy/web -n shop' 'drain node/a' --runs 32 --json"],
  snapshot: ['boyd snapshot --context prod -o prod.jsonl.gz', 'boyd whatif --from prod.jsonl.gz lose node/x', 'boyd snapshot diff before.jsonl.gz after.jsonl.gz'],
  'snapshot diff': ['boyd snapshot diff before.jsonl.gz after.jsonl.gz', 'boyd snapshot diff monday.jsonl.gz tuesday.jsonl.gz -n shop --json', 'boyd snapshot diff ./collected now.jsonl.gz --all'],
  policy: ["boyd policy check --command 'kubectl get pods -n shop'", 'boyd policy check ./our-policies', 'boyd policy test ./our-policies'],
  'policy test': ['boyd policy test', 'boyd policy test ./our-policies --policy no-fridays --json'],
  'policy explain': ['boyd policy explain --incident inc-01m7ymg1etyd7yqmf4', "echo '{action: restart, freeze: true}' | boyd policy explain --request -"],
  'policy diff': ['boyd policy diff ./policies-of-today ./policies-of-tomorrow', 'boyd policy diff ./old ./new --ledger ledger.jsonl --json'],
  'policy shadow': ['boyd policy shadow', 'boyd ledger export | boyd policy shadow --ledger - --json'],
  'policy check': [
    'boyd policy check ./our-policies --json',
    "boyd policy check --command 'kubectl get pods -n shop -o wide'",
    `boyd policy check --argv '["kubectl","rollout","restart","deploy/web","-n","shop"]' --profile responder --json`,
    'boyd policy check --batch lines.jsonl | grep -v allow',
  ],
  ledger: ['boyd ledger export -o ledger.jsonl', 'boyd ledger verify ledger.jsonl --key "$(boyd ledger key)"'],
  'ledger verify': ['boyd ledger verify ledger.jsonl --key ledger.pub --anchor /mnt/evidence/boyd', 'boyd ledger export | boyd ledger verify - --json'],
  'ledger prove': ['boyd ledger prove ledger.jsonl 421 -o line-421.json', 'boyd ledger prove ledger.jsonl --from 256 --to 512 | boyd ledger verify - --key ledger.pub'],
  'ledger export': ['boyd ledger export -o ledger.jsonl', 'boyd ledger export --incident inc-01m7ymg1etyd7yqmf4 -o incident.jsonl', 'boyd ledger export --checkpoint >> /mnt/evidence/boyd'],
  'ledger reconcile': ['boyd ledger reconcile --audit /var/log/kubernetes/audit.log --account system:serviceaccount:boyd:boyd', 'boyd ledger reconcile --audit - --ledger ledger.jsonl --json < audit.log'],
  'ledger key': ['boyd ledger key > ledger.pub', 'boyd ledger key rotate', 'boyd ledger key retire 1d88cc51'],
  scan: ['boyd scan .', 'boyd scan deploy/ Dockerfile --fail-on high', 'boyd scan . --format sarif --output boyd.sarif', 'boyd scan . --write-baseline baseline.json', 'boyd scan --context staging', 'boyd scan --explain image-not-pinned'],
  rbac: ['boyd rbac | kubectl apply -f -', 'boyd rbac --verbs cordon,drain,roll-back --namespace shop --namespace payments', 'boyd rbac --json'],
  doctor: ['boyd doctor', 'boyd doctor --kubeconfig ~/.kube/config --context staging'],
  completion: ['source <(boyd completion bash)', 'boyd completion fish > ~/.config/fish/completions/boyd.fish'],
}

export function addExamples(program: Command): void {
  for (const command of program.commands) addTo(command, command.name())
}

function addTo(command: Command, words: string): void {
  const examples = EXAMPLES[words]
  if (examples !== undefined) command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`)
  for (const sub of command.commands) addTo(sub, `${words} ${sub.name()}`)
}
