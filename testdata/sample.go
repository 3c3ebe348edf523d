// Package testdata bundles the sample estate: two data accounts with a dozen
// buckets, their roles and trails, and the mistakes that people really make.
// The demo shows it; tests judge it.
package testdata

import (
	"bytes"
	"embed"
	"encoding/json"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/quilt-auditor/quilt-auditor/audit/snapshot"
)

//go:embed sample
var sample embed.FS

// Sample returns the sample estate as it would have been read at that time, to
// be judged by the checks with those IDs.
func Sample(takenAt time.Time, checks []string) (*snapshot.Snapshot, error) {
	return Drifted(0, takenAt, checks)
}

// read reads the sample estate as it is before anything drifts.
func read(takenAt time.Time, checks []string) (c snapshot.Contents, err error) {
	text, err := sample.ReadFile("sample/estate.json")
	if err != nil {
		return c, err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return c, err
	}
	shift(&c, takenAt)
	c.Scope.Checks = slices.Clone(checks)
	return c, fill(&c)
}

// fill puts in the documents, which stand in files of their own so that people
// can read them.
func fill(c *snapshot.Contents) error {
	for i := range c.Buckets {
		b := &c.Buckets[i]
		if b.Policy.Err() != nil {
			continue
		}
		text, err := document("policies", strings.TrimPrefix(b.ARN, "arn:aws:s3:::"))
		if err != nil {
			return err
		}
		b.Policy = snapshot.Got(text)
	}
	for i := range c.Trails {
		text, err := document("trails", c.Trails[i].Name)
		if err != nil {
			return err
		}
		c.Trails[i].Selectors = snapshot.Got(json.RawMessage(text))
	}
	for i := range c.Roles {
		for j := range c.Roles[i].Inline {
			text, err := document("roles", path.Base(c.Roles[i].ARN))
			if err != nil {
				return err
			}
			c.Roles[i].Inline[j].Document = snapshot.Got(text)
		}
	}
	return nil
}

func document(dir, name string) (string, error) {
	text, err := sample.ReadFile(path.Join("sample", dir, name+".json"))
	return strings.TrimSpace(string(text)), err
}

// shift moves the estate's times so that it was read at takenAt.
func shift(c *snapshot.Contents, takenAt time.Time) {
	takenAt = takenAt.UTC().Truncate(time.Second)
	by := takenAt.Sub(c.TakenAt)
	c.TakenAt, c.EndedAt = takenAt, c.EndedAt.Add(by)
	for i := range c.Trails {
		if status, err := c.Trails[i].Status.Get(); err == nil {
			status.LatestDeliveryTime = status.LatestDeliveryTime.Add(by)
			c.Trails[i].Status = snapshot.Got(status)
		}
	}
}
