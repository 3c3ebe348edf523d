package ocsf

import (
	"strings"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

type resource struct {
	UID            string `json:"uid"`
	Name           string `json:"name,omitempty"`
	Type           string `json:"type,omitempty"`
	Region         string `json:"region,omitempty"`
	CloudPartition string `json:"cloud_partition,omitempty"`
	Owner          *owner `json:"owner,omitempty"`
}

type owner struct {
	Account account `json:"account"`
}

func (m *mapper) account(id string) account {
	return account{UID: id, Name: m.accounts[id], TypeID: awsAccount, Type: "AWS Account"}
}

// awsAccount is the type_id of an account of AWS.
const awsAccount = 10

// resources are what the finding is about: for a role also the bucket, whose
// owner need not be known.
func resources(f *audit.Finding) []resource {
	first := resourceOf(f.Resource)
	first.Region = f.Region
	first.Owner = &owner{account{UID: f.AccountID, TypeID: awsAccount, Type: "AWS Account"}}
	list := []resource{first}
	if bucket := f.Bucket(); bucket != "" && bucket == f.Subject && first.Type != typeBucket {
		list = append(list, resourceOf("arn:"+first.CloudPartition+":s3:::"+bucket))
	}
	return list
}

// The types are those of CloudFormation, and for the account that of AWS
// Config.
const (
	typeBucket  = "AWS::S3::Bucket"
	typeRole    = "AWS::IAM::Role"
	typeAccount = "AWS::::Account"
)

// resourceOf is what an ARN says by itself.
func resourceOf(arn string) resource {
	r := resource{UID: arn}
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return r
	}
	r.CloudPartition = parts[1]
	name := parts[5]
	switch {
	case parts[2] == "s3" && parts[3] == "" && parts[4] == "" && !strings.Contains(name, "/"):
		r.Type, r.Name = typeBucket, name
	case parts[2] == "iam" && strings.HasPrefix(name, "role/"):
		r.Type, r.Name = typeRole, name[strings.LastIndexByte(name, '/')+1:]
	case parts[2] == "iam" && name == "root":
		r.Type, r.Name = typeAccount, parts[4]
	default:
		r.Name = name
	}
	return r
}
