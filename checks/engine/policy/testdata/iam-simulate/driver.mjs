// Asks the npm package @cloud-copilot/iam-simulate what it makes of requests.
// The only argument is the directory that npm installed into. Each line of
// standard input is an object of the policies and a request, each line of output
// a result: Allowed, ImplicitlyDenied or ExplicitlyDenied.

import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const load = (path) => import(pathToFileURL(join(process.argv[2], 'node_modules', '@cloud-copilot', path)).href)

const { loadPolicy } = await load('iam-policy/dist/esm/index.js')
const simulate = 'iam-simulate/dist/esm/'
const { authorize } = await load(simulate + 'core_engine/CoreSimulatorEngine.js')
const { AwsRequestImpl } = await load(simulate + 'request/request.js')
const { RequestContextImpl } = await load(simulate + 'requestContext.js')
const { DiscoveryContextKeyConstraints } = await load(simulate + 'context_keys/discoveryContextKeyConstraints.js')

const simulationParameters = {
  simulationMode: 'Strict',
  discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints([]),
}

const parse = (document) => loadPolicy(document, { name: 'policy' })
const parseOne = (document) => (document ? parse(document) : undefined)
const parseList = (document) => (document ? [parse(document)] : undefined)

// The package implies RCPFullAWSAccess only in front of its engine.
const fullAccess = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
}

const parseLevels = (levels, implied) =>
  (levels ?? []).map((documents, i) => ({ orgIdentifier: `level-${i}`, policies: [...implied, ...documents].map(parse) }))

function answer({ policies, request: { principal, resource, owner, action, context } }) {
  const request = new AwsRequestImpl(
    principal === '*' ? { type: 'Anonymous' } : principal,
    { resource, accountId: owner },
    action,
    new RequestContextImpl(context),
  )
  return authorize({
    request,
    identityPolicies: (policies.identity ?? []).map(parse),
    permissionBoundaries: parseList(policies.boundary),
    sessionPolicy: parseOne(policies.session),
    serviceControlPolicies: parseLevels(policies.scps, []),
    resourceControlPolicies: parseLevels(policies.rcps, [fullAccess]),
    vpcEndpointPolicies: parseList(policies.endpoint),
    resourcePolicy: parseOne(policies.bucket),
    serviceSettings: { s3: { blockPublicAccess: policies.restrict } },
    simulationParameters,
  }).result
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  process.stdout.write(answer(JSON.parse(line)) + '\n')
}
