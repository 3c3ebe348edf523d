package iam

import (
	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
	"github.com/quilt-auditor/quilt-auditor/checks/quilt"
)

// What a prefix role must be able to do.
var (
	listActions     = []string{"s3:ListBucket", "s3:ListBucketVersions"}
	readActions     = []string{"s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:GetObjectVersionTagging"}
	writeActions    = []string{"s3:PutObject", "s3:PutObjectTagging", "s3:DeleteObject"}
	advisoryActions = []string{"s3:DeleteObjectVersion", "s3:RestoreObject"}
)

// quiltFolder is where Quilt keeps its package manifests.
const quiltFolder = ".quilt/"

// requests are what the role must be able to do.
func requests(r *snapshot.PrefixRole) []quilt.Request {
	caller := quilt.CallerOf(r.RoleARN)
	var list []quilt.Request
	for _, action := range listActions {
		list = append(list, quilt.Request{Caller: caller, Action: action})
	}
	actions := readActions
	if r.Access == snapshot.AccessReadWrite {
		actions = append(actions[:len(actions):len(actions)], writeActions...)
	}
	return append(list, onFolders(r, actions)...)
}

func onFolders(r *snapshot.PrefixRole, actions []string) []quilt.Request {
	var list []quilt.Request
	for _, prefix := range append([]string{quiltFolder}, r.Prefixes...) {
		for _, action := range actions {
			list = append(list, quilt.Request{Caller: quilt.CallerOf(r.RoleARN), Action: action, Prefix: prefix})
		}
	}
	return list
}
