/** A machine whose metadata service answers anybody who asks once: a program that fetches addresses for others hands out the role of the machine. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { addressOf, auditResources, literal, nested } from '../shared/terraform.ts'

function audit(view: AuditView): AuditFinding[] {
  return auditResources(view, ['aws_instance', 'aws_launch_template', 'aws_launch_configuration'], (block) => {
    const options = nested(block.body, 'metadata_options')
    const tokens = options.map(({ body }) => body['http_tokens'])
    const off = options.some(({ body }) => literal(body, 'http_endpoint') === 'disabled')
    if (off || tokens.some((value) => value === 'required' || (typeof value === 'object' && value !== null))) return []
    return [{ path: options[0]?.path ?? [], summary: `${addressOf(block)} answers requests for its credentials without a token`, advice: 'metadata_options { http_tokens = "required" }, and http_put_response_hop_limit = 1 where no pod needs it.' }]
  })
}

export const terraformMetadataOpen: AuditRule = {
  id: 'terraform-metadata-open',
  title: 'A machine that hands out its role',
  severity: 3,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['a metadata service that is off', 'a value that only Terraform knows'],
  prevention: 'The default of the account set to required.',
  sources: [{ title: 'Amazon EC2: instance metadata options', url: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html' }],
  reviewBy: '2027-06-30',
}
