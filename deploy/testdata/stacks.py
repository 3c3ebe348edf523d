"""Makes stacks in moto, each in an account of its own, and prints what came of them.

Reads [{"template": FILE, "parameters": {NAME: VALUE}}, ...] and writes
[{"error": "", "outputs": {}, "roles": [], "policies": []}, ...], both JSON.
"""

import ast
import json
import sys

import boto3
from moto import mock_aws


def document(policy):
    """Moto keeps an inline policy that a stack makes as Python shows it."""
    return ast.literal_eval(policy) if isinstance(policy, str) else policy


def role(iam, name):
    role = iam.get_role(RoleName=name)["Role"]
    inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
    return {
        "name": name,
        "trust": document(role["AssumeRolePolicyDocument"]),
        "session": role["MaxSessionDuration"],
        "boundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", ""),
        "tags": {t["Key"]: t["Value"] for t in role.get("Tags", [])},
        "policies": [document(iam.get_role_policy(RoleName=name, PolicyName=p)["PolicyDocument"]) for p in inline],
    }


def managed(iam, policy):
    version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])
    return document(version["PolicyVersion"]["Document"])


@mock_aws
def stack(template, parameters):
    session = boto3.Session("testing", "testing", region_name="us-east-1")
    cloudformation, iam = session.client("cloudformation"), session.client("iam")
    with open(template, encoding="utf-8") as file:
        cloudformation.create_stack(
            StackName="quilt-auditor",
            TemplateBody=file.read(),
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
    outputs = cloudformation.describe_stacks()["Stacks"][0]["Outputs"]
    return {
        "error": "",
        "outputs": {o["OutputKey"]: o["OutputValue"] for o in outputs},
        "roles": [role(iam, r["RoleName"]) for r in iam.list_roles()["Roles"]],
        "policies": [managed(iam, p) for p in iam.list_policies(Scope="Local")["Policies"]],
    }


def tried(question):
    try:
        return stack(**question)
    except Exception as error:  # whatever it is, the test judges it
        return {"error": repr(error)}


print(json.dumps([tried(q) for q in json.load(sys.stdin)]))
