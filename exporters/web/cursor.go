package web

import (
	"encoding/base64"
	"encoding/json"
	"errors"

	"github.com/quilt-auditor/quilt-auditor/audit"
)

// cursorVersion changes with the order of findings or the form of a cursor.
const cursorVersion = 1

type cursor struct {
	Version int `json:"v"`
	audit.Position
}

// encodeCursor is the place in a form that clients only hand back.
func encodeCursor(p audit.Position) string {
	text, err := json.Marshal(cursor{cursorVersion, p})
	if err != nil {
		panic(err) // strings and a number have a JSON form
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

var errCursor = errors.New("is none that this version gave: begin again without it")

// decodeCursor takes exactly what encodeCursor gives.
func decodeCursor(s string) (audit.Position, error) {
	text, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return audit.Position{}, errCursor
	}
	var c cursor
	if err := json.Unmarshal(text, &c); err != nil || encodeCursor(c.Position) != s {
		return audit.Position{}, errCursor
	}
	return c.Position, nil
}
