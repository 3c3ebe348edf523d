package audit

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

const maxExamples = 5

// unread sums up the failed Readings of the snapshot by place and cause, in a
// stable order.
func unread(s *snapshot.Snapshot) []Unread {
	type key struct{ account, region, operation, code, permission string }
	index := map[key]int{}
	list := []Unread{}
	for r := range s.Each {
		e := r.Err()
		if e == nil {
			continue
		}
		k := key{r.AccountID, r.Region, e.Operation, e.Code, e.MissingPermission}
		i, ok := index[k]
		if !ok {
			i = len(list)
			index[k] = i
			list = append(list, Unread{AccountID: k.account, Region: k.region, Operation: k.operation, ErrorCode: k.code, MissingPermission: k.permission})
		}
		u := &list[i]
		u.Count++
		if r.Resource != "" && len(u.Examples) < maxExamples && !slices.Contains(u.Examples, r.Resource) {
			u.Examples = append(u.Examples, r.Resource)
		}
	}
	slices.SortFunc(list, func(a, b Unread) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), cmp.Compare(a.Region, b.Region),
			cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.ErrorCode, b.ErrorCode),
			cmp.Compare(a.MissingPermission, b.MissingPermission))
	})
	return list
}

// rawJSON is the JSON of a check's evidence; a check whose evidence cannot be
// marshalled is defective, hence the panic.
func rawJSON(v any) json.RawMessage {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}
