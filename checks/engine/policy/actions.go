package policy

import (
	_ "embed" // for the action table
	"slices"
	"strings"
)

// Level is the kind of S3 resource that an action is asked on.
type Level uint8

const (
	// BucketLevel actions are asked on arn:PARTITION:s3:::BUCKET.
	BucketLevel Level = iota + 1
	// ObjectLevel actions are asked on arn:PARTITION:s3:::BUCKET/KEY.
	ObjectLevel
)

// Access is the access level of an action in AWS's words ("Understanding access
// level summaries within policy summaries").
type Access string

// The access levels.
const (
	AccessList        Access = "List"
	AccessRead        Access = "Read"
	AccessWrite       Access = "Write"
	AccessTagging     Access = "Tagging"
	AccessPermissions Access = "Permissions management"
)

// Action is an action of the service prefix s3 as the table "Actions,
// resources, and condition keys for Amazon S3" (Service Authorization
// Reference) lists it.
type Action struct {
	// Name is in AWS's spelling, such as s3:GetObject.
	Name   string
	Access Access
	// Level is 0 for actions on other resources than buckets and objects, such as
	// jobs, and for those on no resource.
	Level Level
	// Resources are the resource types in AWS's names, such as bucket or
	// accesspoint, sorted. Treat them as read only.
	Resources []string
}

// The table, whose head names its source and version.
//
//go:embed s3_actions.txt
var actionText string

// allActions is sorted by the name in lower case. It is read only.
var allActions = readActions(actionText)

func readActions(text string) []Action {
	var out []Action
	for line := range strings.Lines(text) {
		columns := strings.Split(strings.TrimSpace(line), "\t")
		if len(columns) != 3 || strings.HasPrefix(line, "#") {
			continue
		}
		a := Action{Name: "s3:" + columns[0], Access: Access(columns[1])}
		if columns[2] != "-" {
			a.Resources = strings.Split(columns[2], ",")
		}
		switch {
		case slices.Contains(a.Resources, "object"):
			a.Level = ObjectLevel
		case slices.Contains(a.Resources, "bucket"):
			a.Level = BucketLevel
		}
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b Action) int { return strings.Compare(lowerASCII(a.Name), lowerASCII(b.Name)) })
	return out
}

// Actions returns all S3 actions, sorted by name without regard to case.
func Actions() []Action { return slices.Clone(allActions) }

// FindAction returns the S3 action of that name, in any case. It is false for
// wildcards and unknown names.
func FindAction(name string) (Action, bool) {
	i, ok := slices.BinarySearchFunc(allActions, lowerASCII(name), func(a Action, name string) int {
		return strings.Compare(lowerASCII(a.Name), name)
	})
	if !ok {
		return Action{}, false
	}
	return allActions[i], true
}

// ActionLevel returns the level of a concrete S3 action such as s3:GetObject,
// in any case. It is false for wildcards and for actions that are not asked on
// a bucket or an object.
func ActionLevel(name string) (Level, bool) {
	row, ok := actions.row(name)
	if !ok {
		return 0, false
	}
	return actions[row].level, true
}

// action is a concrete action on a bucket or an object, in the lower case in
// which it is matched.
type action struct {
	name  string
	level Level
}

// actionTable is the sorted list of the actions that can be decided.
type actionTable []action

// actions is read only.
var actions = decidableActions(allActions)

func decidableActions(all []Action) actionTable {
	var table actionTable
	for _, a := range all {
		if a.Level != 0 {
			table = append(table, action{name: lowerASCII(a.Name), level: a.Level})
		}
	}
	return table
}

// find returns the row of a lower-case action name.
func (t actionTable) find(name string) (int, bool) {
	return slices.BinarySearchFunc(t, name, func(row action, name string) int {
		return strings.Compare(row.name, name)
	})
}
