/** An MCP server as a Lambda function: answers are buffered unless streaming is asked for, and end after fifteen minutes; a URL without sign-in is open to all. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { addressOf, anyText, auditResources, literal, mentions, resourcesOf } from '../shared/terraform.ts'

function audit(view: AuditView): AuditFinding[] {
  const servers = resourcesOf(view, 'aws_lambda_function').filter(({ body }) => /(^|[-_/.])mcp([-_/.:]|$)/i.test(['image_uri', 'handler', 'filename'].map((name) => anyText(body[name])).join(' ')))
  return auditResources(view, ['aws_lambda_function_url'], (block) => {
    if (!servers.some((server) => mentions(block.body, server))) return []
    const [auth, mode] = [literal(block.body, 'authorization_type'), block.body['invoke_mode']]
    return [
      ...(auth === 'NONE' ? [{ path: ['authorization_type'], summary: `${addressOf(block)} opens an MCP server to everybody`, advice: 'authorization_type = "AWS_IAM"', cause: 'no sign-in', severity: 1 as const }] : []),
      ...(mode === undefined || mode === 'BUFFERED' ? [{ path: ['invoke_mode'], summary: `${addressOf(block)} holds answers of an MCP server back until they are whole`, advice: 'invoke_mode = "RESPONSE_STREAM"; for calls of more than 15 minutes use a container.', cause: 'no streaming' }] : []),
    ]
  })
}

export const terraformMcpOnLambda: AuditRule = {
  id: 'terraform-mcp-on-lambda',
  title: 'An MCP server on Lambda without streaming or sign-in',
  severity: 3,
  appliesTo: ['terraform/Block'],
  audit,
  lookAlikes: ['a function that serves something else', 'a URL that streams and asks for IAM'],
  prevention: 'Containers for servers that stream.',
  sources: [{ title: 'Lambda: response streaming', url: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html' }],
  reviewBy: '2027-03-31',
}
