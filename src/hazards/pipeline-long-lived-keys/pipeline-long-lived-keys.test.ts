import { expect, test } from 'vitest'
import { inWorkflow } from '../testing/files.ts'
import { pipelineLongLivedKeys } from './pipeline-long-lived-keys.ts'

const step = (text: string): string => `on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - ${text}\n`

test.each([
  { name: 'keys of a cloud', text: step('{uses: aws-actions/configure-aws-credentials@v5, with: {aws-access-key-id: "${{ secrets.KEY }}", aws-region: eu-west-1}}'), want: ['jobs.build.steps.0.with.aws-access-key-id'] },
  { name: 'the key to a cluster', text: step('{run: kubectl apply -f ., env: {KUBECONFIG: "${{ secrets.KUBE }}"}}'), want: ['jobs.build.steps.0.env.KUBECONFIG'] },
  { name: 'a secret written out', text: step('{run: x, env: {DEPLOY_PASSWORD: hunter2hunter2}}'), want: ['jobs.build.steps.0.env.DEPLOY_PASSWORD'] },
  { name: 'an action from a branch', text: step('uses: acme/deploy@main'), want: ['jobs.build.steps.0.uses'] },
  { name: 'good: a role', text: step('{uses: aws-actions/configure-aws-credentials@v5, with: {role-to-assume: "arn:aws:iam::1:role/ci"}}'), want: [] },
  { name: 'look-alike: the token of the run', text: step('{run: x, env: {GITHUB_TOKEN: "${{ secrets.GITHUB_TOKEN }}"}}'), want: [] },
  { name: 'look-alike: the maker of the server', text: step('uses: actions/checkout@main'), want: [] },
  { name: 'look-alike: a file on the runner', text: step('{run: x, env: {KUBECONFIG: ./kind.yaml}}'), want: [] },
])('$name', async ({ text, want }) => expect(await inWorkflow(pipelineLongLivedKeys, text)).toEqual(want))
