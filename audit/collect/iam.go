package collect

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

// roleTasks prepares a Role for each role of the prefix roles and returns the
// tasks that read them.
func (r *run) roleTasks() []task {
	if !r.wanted[snapshot.RoleDetails] && !r.wanted[snapshot.RolePolicies] {
		return nil
	}
	known := map[string]bool{}
	for _, p := range r.contents.Scope.PrefixRoles {
		if !known[p.RoleARN] {
			known[p.RoleARN] = true
			r.contents.Roles = append(r.contents.Roles, snapshot.Role{ARN: p.RoleARN, AccountID: p.AccountID})
		}
	}
	var tasks []task
	for i := range r.contents.Roles {
		role := &r.contents.Roles[i]
		if r.shut(role.AccountID) != nil {
			r.refuseRole(role)
			continue
		}
		tasks = append(tasks, task{account: role.AccountID, do: func(ctx context.Context) { r.readRole(ctx, role) }})
	}
	return tasks
}

// refuseRole fails the wanted Readings of a role whose account is shut.
func (r *run) refuseRole(role *snapshot.Role) {
	if r.wanted[snapshot.RoleDetails] {
		role.Detail = snapshot.Failed[snapshot.RoleDetail](r.shut(role.AccountID))
	}
	if r.wanted[snapshot.RolePolicies] {
		role.InlineNames = snapshot.Failed[[]string](r.shut(role.AccountID))
		role.AttachedARNs = snapshot.Failed[[]string](r.shut(role.AccountID))
	}
}

// roleCall is what every read of one role needs.
type roleCall struct {
	*awsapi.IAMClient
	name *string
}

func (r *run) readRole(ctx context.Context, role *snapshot.Role) {
	call := roleCall{r.aws.IAM(role.AccountID), aws.String(roleName(role.ARN))}
	gone := false
	if r.wanted[snapshot.RoleDetails] {
		role.Detail = call.detail(ctx)
		detail, err := role.Detail.Get()
		gone = err == nil && !detail.Exists
	}
	if !r.wanted[snapshot.RolePolicies] {
		return
	}
	if gone {
		role.InlineNames, role.AttachedARNs = snapshot.Got([]string{}), snapshot.Got([]string{})
		return
	}
	_, unknown := role.Detail.Get()
	role.InlineNames = call.inlineNames(ctx, unknown == nil)
	role.AttachedARNs = call.attachedARNs(ctx, unknown == nil)
	names, err := role.InlineNames.Get()
	if err != nil {
		return
	}
	for _, name := range names {
		role.Inline = append(role.Inline, snapshot.InlinePolicy{Name: name, Document: call.inline(ctx, name)})
	}
}

// roleName is the name in a role's ARN, which is its last part; what stands
// before it is the path.
func roleName(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }

func (c roleCall) detail(ctx context.Context) snapshot.Reading[snapshot.RoleDetail] {
	const op = awsapi.GetRole
	out, err := c.GetRole(ctx, &iam.GetRoleInput{RoleName: c.name})
	switch {
	case awsapi.IsNotFound(err):
		return snapshot.Got(snapshot.RoleDetail{})
	case err != nil:
		return failed[snapshot.RoleDetail](err)
	case out.Role == nil || aws.ToString(out.Role.Arn) == "":
		return empty[snapshot.RoleDetail](op)
	}
	detail := snapshot.RoleDetail{Exists: true, ID: aws.ToString(out.Role.RoleId), ARN: *out.Role.Arn}
	if b := out.Role.PermissionsBoundary; b != nil {
		detail.BoundaryARN = aws.ToString(b.PermissionsBoundaryArn)
	}
	return snapshot.Got(detail)
}

func (c roleCall) inlineNames(ctx context.Context, exists bool) snapshot.Reading[[]string] {
	const op = awsapi.ListRolePolicies
	return pages(op, exists, func(marker *string) (page[string], error) {
		out, err := c.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: c.name, Marker: marker})
		if err != nil {
			return page[string]{}, err
		}
		return page[string]{out.PolicyNames, out.IsTruncated, out.Marker}, nil
	}, func(name string) string { return name })
}

// inline reads an inline policy. That it is gone by now is a failure: which
// policies the role has is then not known.
func (c roleCall) inline(ctx context.Context, policy string) snapshot.Reading[string] {
	const op = awsapi.GetRolePolicy
	out, err := c.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: c.name, PolicyName: aws.String(policy)})
	if err != nil {
		return failed[string](err)
	}
	return document(op, out.PolicyDocument)
}
