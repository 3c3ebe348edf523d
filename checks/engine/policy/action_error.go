package policy

import (
	"fmt"
	"strings"
)

// actionError says why an action cannot be decided, and what to ask instead.
func actionError(name string) error {
	if found, ok := FindAction(name); ok {
		if len(found.Resources) == 0 {
			return fmt.Errorf("%s is an action on no resource, which a bucket policy cannot grant: ask an action on a bucket or object", found.Name)
		}
		return fmt.Errorf("%s is an action on %s: ask an action on a bucket or object", found.Name, strings.Join(found.Resources, ", "))
	}
	if strings.ContainsAny(name, "*?") {
		return fmt.Errorf("%q has a wildcard: ask one action at a time, such as s3:GetObject", name)
	}
	if near, ok := nearAction(name); ok {
		return fmt.Errorf("%q is not an S3 action: is %s meant?", name, near)
	}
	return fmt.Errorf("%q is not an S3 action: ask one such as s3:GetObject", name)
}

// farthest is how many letters may be wrong in a name that is still recognised.
const farthest = 3

// nearAction returns the decidable action whose name is nearest.
func nearAction(name string) (string, bool) {
	name = lowerASCII(name)
	if !strings.Contains(name, ":") {
		name = "s3:" + name
	}
	best, near := farthest+1, ""
	for _, a := range allActions {
		if a.Level == 0 || max(len(a.Name), len(name))-min(len(a.Name), len(name)) >= best {
			continue
		}
		if d := editDistance(name, lowerASCII(a.Name)); d < best {
			best, near = d, a.Name
		}
	}
	return near, near != ""
}

// editDistance is the number of bytes to insert, delete or replace.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
