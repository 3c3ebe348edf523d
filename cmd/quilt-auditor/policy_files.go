package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/policy"
)

// policyFlags name the files of the policies that bear on a question; - is
// stdin. A file may hold the answer of GetBucketPolicy instead of the policy.
type policyFlags struct {
	identity                            []string
	noIdentity                          bool
	boundary, session, endpoint, bucket string
	scps, rcps                          []string // each the files of one level
	restrict                            bool
}

func (o *policyFlags) register(f *pflag.FlagSet) {
	f.StringArrayVar(&o.identity, "identity-policy", nil, "`file` of a policy of the principal (repeatable); - is stdin, here and below")
	f.BoolVar(&o.noIdentity, "no-identity-policy", false, "the principal has no policy of its own")
	f.StringVar(&o.boundary, "boundary", "", "`file` of the permissions boundary of the principal")
	f.StringVar(&o.session, "session-policy", "", "`file` of the session policy")
	f.StringArrayVar(&o.scps, "scp", nil, "`files`, parted by commas, of the SCPs of one level, root first (repeatable); \"\" is a level without any")
	f.StringArrayVar(&o.rcps, "rcp", nil, "`files` of the RCPs of one level in the same way")
	f.StringVar(&o.endpoint, "endpoint-policy", "", "`file` of the policy of the VPC endpoint that requests pass")
	f.StringVar(&o.bucket, "bucket-policy", "", "`file` of the bucket policy (default: there is none)")
	f.BoolVar(&o.restrict, "restrict-public-buckets", false, "Block Public Access: RestrictPublicBuckets is on, for the bucket or its account")
}

// check finds what cannot be meant.
func (o *policyFlags) check() error {
	if o.noIdentity && len(o.identity) > 0 {
		return errors.New("--no-identity-policy and --identity-policy exclude each other")
	}
	caller := o.noIdentity || len(o.identity) > 0
	for _, given := range []struct {
		name string
		set  bool
	}{{"boundary", o.boundary != ""}, {"session-policy", o.session != ""}, {"scp", len(o.scps) > 0}} {
		if given.set && !caller {
			return fmt.Errorf("--%s bears on the caller's side, which is asked only with --identity-policy or --no-identity-policy", given.name)
		}
	}
	paths := slices.Concat([]string{o.boundary, o.session, o.endpoint, o.bucket}, o.identity)
	for _, level := range slices.Concat(o.scps, o.rcps) {
		paths = append(paths, filesOf(level)...)
	}
	if n := len(slices.DeleteFunc(paths, func(path string) bool { return path != "-" })); n > 1 {
		return fmt.Errorf("stdin (-) is named as %d policies, and holds one", n)
	}
	return nil
}

// filesOf parts the files of one level.
func filesOf(level string) []string {
	return strings.FieldsFunc(level, func(r rune) bool { return r == ',' })
}

// policyFile is a policy as it was read.
type policyFile struct{ name, text string }

// policyFiles are the policies that were read, and the files they are from.
type policyFiles struct {
	layers policy.Layers
	of     map[*policy.Document]policyFile
	stdin  io.Reader
}

// readPolicies reads all policies that the flags name.
func (p *program) readPolicies(o *policyFlags) (*policyFiles, error) {
	if err := o.check(); err != nil {
		return nil, usageError{err}
	}
	f := &policyFiles{of: map[*policy.Document]policyFile{}, stdin: p.stdin}
	f.layers.RestrictPublicBuckets = o.restrict
	if o.noIdentity {
		f.layers.Identity = []*policy.Document{}
	}
	for _, one := range []struct {
		flag, path string
		kind       policy.Kind
		into       **policy.Document
	}{
		{"boundary", o.boundary, policy.Identity, &f.layers.Boundary},
		{"session-policy", o.session, policy.Identity, &f.layers.Session},
		{"endpoint-policy", o.endpoint, policy.Endpoint, &f.layers.Endpoint},
		{"bucket-policy", o.bucket, policy.Resource, &f.layers.Bucket},
	} {
		if one.path == "" {
			continue
		}
		d, err := f.read(one.flag, one.path, one.kind)
		if err != nil {
			return nil, err
		}
		*one.into = d
	}
	return f, f.readLists(o)
}

func (f *policyFiles) readLists(o *policyFlags) (err error) {
	if len(o.identity) > 0 {
		if f.layers.Identity, err = f.list("identity-policy", o.identity, policy.Identity); err != nil {
			return err
		}
	}
	if f.layers.SCPs, err = f.levels("scp", o.scps, policy.SCP); err != nil {
		return err
	}
	f.layers.RCPs, err = f.levels("rcp", o.rcps, policy.RCP)
	return err
}

func (f *policyFiles) levels(flag string, levels []string, kind policy.Kind) ([][]*policy.Document, error) {
	var out [][]*policy.Document
	for _, level := range levels {
		list, err := f.list(flag, filesOf(level), kind)
		if err != nil {
			return nil, err
		}
		out = append(out, list)
	}
	return out, nil
}

func (f *policyFiles) list(flag string, paths []string, kind policy.Kind) ([]*policy.Document, error) {
	out := []*policy.Document{}
	for _, path := range paths {
		d, err := f.read(flag, path, kind)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

func (f *policyFiles) read(flag, path string, kind policy.Kind) (*policy.Document, error) {
	name := path
	if path == "-" {
		name = "stdin"
	}
	text, err := f.text(path)
	if err != nil {
		return nil, fmt.Errorf("--%s: %w", flag, err)
	}
	if inner, ok := answeredPolicy(text); ok {
		text = inner
	}
	d, err := policy.Parse(text, kind)
	if err != nil {
		return nil, fmt.Errorf("--%s %s%s: %w", flag, name, malformedAt(text), err)
	}
	f.of[d] = policyFile{name, text}
	return d, nil
}

func (f *policyFiles) text(path string) (string, error) {
	in := f.stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return "", err
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, policy.MaxDocument+1)) // one more, for Parse to refuse
	return string(text), err
}

// document finds a policy by its place in the layers.
func (f *policyFiles) document(layer policy.Layer, level *int, place int) *policy.Document {
	l := &f.layers
	switch layer {
	case policy.LayerIdentity:
		return l.Identity[place]
	case policy.LayerSCP:
		return l.SCPs[*level][place]
	case policy.LayerRCP:
		return l.RCPs[*level][place]
	case policy.LayerBoundary:
		return l.Boundary
	case policy.LayerSession:
		return l.Session
	case policy.LayerEndpoint:
		return l.Endpoint
	default:
		return l.Bucket
	}
}
