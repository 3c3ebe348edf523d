//go:build moto

package main_test

import (
	"encoding/json"
	"slices"
)

// The actions of Quilt's guide "Cross-account access" by its age, written out
// here so that the tests do not believe the program's own lists.
var (
	nineActions = []string{
		"s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion",
		"s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketNotification", "s3:PutBucketNotification",
	}
	fourteenActions = slices.Concat(nineActions, []string{
		"s3:GetObjectTagging", "s3:GetObjectVersionTagging", "s3:PutObjectTagging", "s3:GetObjectAttributes", "s3:GetObjectVersionAttributes",
	})
)

// statement is a policy statement, by the names of its elements.
type statement map[string]any

// document is a policy of the statements.
func document(statements ...statement) string {
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(text)
}

const controlRoot = "arn:aws:iam::" + control + ":root"

// grant is the guide's statement: the actions on the bucket and all its keys.
func grant(principal, bucket string, actions []string) statement {
	return statement{
		"Sid": "QuiltAccess", "Effect": "Allow", "Principal": map[string]string{"AWS": principal}, "Action": actions,
		"Resource": []string{"arn:aws:s3:::" + bucket, "arn:aws:s3:::" + bucket + "/*"},
	}
}

// guide is the guide's policy of today.
func guide(bucket string) string { return document(grant(controlRoot, bucket, fourteenActions)) }

// when adds a condition.
func (s statement) when(operator, key, value string) statement {
	s["Condition"] = map[string]any{operator: map[string]string{key: value}}
	return s
}

// deny denies everybody the action on the keys below the prefix.
func deny(action, bucket, prefix string) statement {
	return statement{
		"Sid": "DenySome", "Effect": "Deny", "Principal": "*", "Action": action, "Resource": "arn:aws:s3:::" + bucket + "/" + prefix + "*",
	}
}

// folderStatements let a role list the bucket, and read and write below the
// prefixes.
func folderStatements(bucket string, prefixes ...string) []statement {
	var keys []string
	for _, prefix := range prefixes {
		keys = append(keys, "arn:aws:s3:::"+bucket+"/"+prefix+"*")
	}
	return []statement{
		{"Effect": "Allow", "Action": []string{"s3:ListBucket", "s3:ListBucketVersions"}, "Resource": "arn:aws:s3:::" + bucket},
		{"Effect": "Allow", "Resource": keys, "Action": []string{
			"s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:GetObjectVersionTagging", "s3:PutObject", "s3:PutObjectTagging", "s3:DeleteObject",
		}},
	}
}
