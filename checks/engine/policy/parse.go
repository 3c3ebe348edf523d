package policy

import (
	"errors"
	"fmt"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/checks/engine/strictjson"
)

// Parse reads one policy document of the kind. It is as strict as AWS is when
// a policy is saved, or stricter: elements that AWS does not know or that are
// spelt in another case, members given twice, invalid UTF-8 and wrong types are
// errors. They name the statement, counted from 0, and the element. The grammar
// is that of "Grammar of the IAM JSON policy language" (IAM User Guide).
func Parse(text string, kind Kind) (*Document, error) {
	document, err := parseDocument(text, kind)
	if err != nil {
		return nil, fmt.Errorf("reading %s policy: %w", kind, err)
	}
	return document, nil
}

// MaxDocument is the longest text, in bytes, that Parse reads. AWS's own limits
// are lower: 20 KB for a bucket policy ("Amazon S3 User Guide", bucket policies).
const MaxDocument = 256 << 10

func parseDocument(text string, kind Kind) (*Document, error) {
	if len(text) > MaxDocument {
		return nil, fmt.Errorf("the text is longer than %d bytes", MaxDocument)
	}
	r, err := strictjson.New(text)
	if err != nil {
		return nil, err
	}
	document := &Document{Kind: kind, Version: Version2008}
	if err := r.Object(document.member(r)); err != nil {
		return nil, err
	}
	if err := r.End(); err != nil {
		return nil, err
	}
	if document.Statements == nil {
		return nil, errors.New("element Statement is missing")
	}
	document.compiled = compileStatements(document)
	return document, nil
}

func (d *Document) member(r *strictjson.Reader) func(string) error {
	return func(key string) error {
		switch key {
		case "Version":
			return d.readVersion(r)
		case "Id":
			id, err := r.String()
			d.ID = id
			return within(key, err)
		case "Statement":
			return d.readStatements(r)
		default:
			return fmt.Errorf("unknown element %q", key)
		}
	}
}

func (d *Document) readVersion(r *strictjson.Reader) error {
	version, err := r.String()
	if err != nil {
		return within("Version", err)
	}
	if version != Version2008 && version != Version2012 {
		return fmt.Errorf("version %q is neither %s nor %s", version, Version2008, Version2012)
	}
	d.Version = version
	return nil
}

// readStatements reads one statement or a list of them.
func (d *Document) readStatements(r *strictjson.Reader) error {
	d.Statements = []Statement{}
	if r.Peek() != '[' {
		return d.readStatement(r)
	}
	if err := r.Array(func() error { return d.readStatement(r) }); err != nil {
		return err
	}
	d.Statements = slices.Clone(d.Statements) // which has grown beyond its need
	return nil
}

func (d *Document) readStatement(r *strictjson.Reader) error {
	var s Statement
	err := r.Object(func(key string) error { return within(key, s.readElement(r, key)) })
	if err == nil {
		err = s.validate(d.Kind)
	}
	if err != nil {
		return fmt.Errorf("statement %d: %w", len(d.Statements), err)
	}
	d.Statements = append(d.Statements, s)
	return nil
}

func (s *Statement) readElement(r *strictjson.Reader, key string) (err error) {
	switch key {
	case "Sid":
		s.Sid, err = r.String()
	case "Effect":
		s.Effect, err = r.String()
	case "Action":
		s.Actions, err = nonEmptyList(r)
	case "NotAction":
		s.NotActions, err = nonEmptyList(r)
	case "Resource":
		s.Resources, err = nonEmptyList(r)
	case "NotResource":
		s.NotResources, err = nonEmptyList(r)
	case "Principal":
		s.Principals, err = readPrincipals(r)
	case "NotPrincipal":
		s.NotPrincipals, err = readPrincipals(r)
	case "Condition":
		s.Conditions, err = readConditions(r)
	default:
		err = errors.New("unknown element")
	}
	return err
}

func nonEmptyList(r *strictjson.Reader) ([]string, error) {
	values, err := oneOrMore(r, r.String)
	if err == nil && len(values) == 0 {
		err = errors.New("the list is empty")
	}
	return values, err
}

// oneOrMore reads one value or an array of values with read.
func oneOrMore(r *strictjson.Reader, read func() (string, error)) ([]string, error) {
	if r.Peek() != '[' {
		value, err := read()
		return []string{value}, err
	}
	var room [usualValues]string
	values := room[:0]
	err := r.Array(func() error {
		value, err := read()
		values = append(values, value)
		return err
	})
	return append(make([]string, 0, len(values)), values...), err
}

// usualValues is what most lists have at most, so that they take no more memory
// than they need.
const usualValues = 20

func readPrincipals(r *strictjson.Reader) ([]Principal, error) {
	if r.Peek() == '"' {
		return readEveryone(r)
	}
	var principals []Principal
	err := r.Object(func(kind string) error {
		if !principalKind(kind) {
			return fmt.Errorf("unknown kind of principal %q", kind)
		}
		values, err := nonEmptyList(r)
		for _, value := range values {
			principals = append(principals, Principal{Kind: kind, Value: value})
		}
		return within(kind, err)
	})
	if err == nil && len(principals) == 0 {
		err = errors.New("no principal is named")
	}
	return principals, err
}

func readEveryone(r *strictjson.Reader) ([]Principal, error) {
	text, err := r.String()
	if err != nil {
		return nil, err
	}
	if text != "*" {
		return nil, fmt.Errorf(`%q is neither "*" nor an object`, text)
	}
	return []Principal{{Kind: "*", Value: "*"}}, nil
}

func principalKind(kind string) bool {
	switch kind {
	case "AWS", "Service", "Federated", "CanonicalUser":
		return true
	default:
		return false
	}
}

func readConditions(r *strictjson.Reader) ([]Condition, error) {
	conditions := []Condition{}
	err := r.Object(func(operator string) error {
		err := r.Object(func(key string) error {
			values, err := oneOrMore(r, r.Scalar)
			conditions = append(conditions, Condition{Operator: operator, Key: key, Values: values})
			return within(key, err)
		})
		return within(operator, err)
	})
	return conditions, err
}

func within(element string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", element, err)
}

// validate checks what the grammar demands of a whole statement.
func (s *Statement) validate(kind Kind) error {
	if s.Effect != Allow && s.Effect != Deny {
		return fmt.Errorf("element Effect is %q, neither Allow nor Deny", s.Effect)
	}
	if err := exactlyOne("Action", s.Actions != nil, s.NotActions != nil); err != nil {
		return err
	}
	if err := exactlyOne("Resource", s.Resources != nil, s.NotResources != nil); err != nil {
		return err
	}
	return s.validateFor(kind)
}

func exactlyOne(element string, plain, not bool) error {
	if plain && not {
		return fmt.Errorf("both %s and Not%s are given", element, element)
	}
	if !plain && !not {
		return fmt.Errorf("neither %s nor Not%s is given", element, element)
	}
	return nil
}
