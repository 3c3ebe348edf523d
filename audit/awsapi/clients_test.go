package awsapi_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/quilt-auditor/quilt-auditor/audit/awsapi"
)

// The linker keeps every method of each type that reflection could find from
// a value, and finds those the way this test does: by the types of fields,
// elements, parameters and results.
func TestNoClientOfTheSDKIsWithinReachOfReflection(t *testing.T) {
	t.Parallel()
	seen := map[reflect.Type]bool{}
	for _, holder := range []reflect.Type{
		reflect.TypeFor[*awsapi.Factory](), reflect.TypeFor[*awsapi.S3Client](), reflect.TypeFor[*awsapi.S3ControlClient](),
		reflect.TypeFor[*awsapi.CloudTrailClient](), reflect.TypeFor[*awsapi.IAMClient](),
		reflect.TypeFor[*awsapi.OrganizationsClient](), reflect.TypeFor[*awsapi.STSClient](),
	} {
		reach(holder, seen)
	}
	for found := range seen {
		if found.Name() == "Client" && strings.Contains(found.PkgPath(), "aws-sdk-go-v2/service/") {
			t.Errorf("%s is: the program would carry all of its operations", found)
		}
	}
}

// reach adds the type, and those that reflection gets from it.
func reach(from reflect.Type, seen map[reflect.Type]bool) {
	if seen[from] {
		return
	}
	seen[from] = true
	switch from.Kind() {
	case reflect.Map:
		reach(from.Key(), seen)
		reach(from.Elem(), seen)
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan:
		reach(from.Elem(), seen)
	case reflect.Struct:
		for field := range from.Fields() {
			reach(field.Type, seen)
		}
	case reflect.Func:
		for in := range from.Ins() {
			reach(in, seen)
		}
		for out := range from.Outs() {
			reach(out, seen)
		}
	case reflect.Interface:
		for method := range from.Methods() {
			reach(method.Type, seen)
		}
	}
}
