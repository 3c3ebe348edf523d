package config

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Digest identifies what is configured: "sha256:" and the hex digits of
// SHA-256 over the configuration as JSON with sorted keys, without white
// space and without keys that are not set, paths as they were written. Of a secret it tells only that
// there is one, so a rotated external id leaves the digest as it is.
func Digest(c *Config) string {
	sum := sha256.Sum256(canonical(c))
	return "sha256:" + hex.EncodeToString(sum[:])
}

func canonical(c *Config) []byte {
	plain, err := json.Marshal(c.asWritten())
	if err != nil {
		panic(fmt.Sprintf("config: a Config holds nothing that JSON cannot: %v", err))
	}
	// Through maps, whose keys are written sorted: the digest must not
	// depend on the order of the fields in the source.
	var sorted map[string]any
	if err := json.Unmarshal(plain, &sorted); err != nil {
		panic(fmt.Sprintf("config: JSON that was just written: %v", err))
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	dropEmpty(sorted)
	if err := encoder.Encode(sorted); err != nil {
		panic(fmt.Sprintf("config: a map of JSON values: %v", err))
	}
	return bytes.TrimSpace(out.Bytes())
}

// dropEmpty removes mappings and lists without content, at every depth: an
// empty one configures what a missing one does.
func dropEmpty(values map[string]any) {
	for key, value := range values {
		switch held := value.(type) {
		case map[string]any:
			dropEmpty(held)
			if len(held) == 0 {
				delete(values, key)
			}
		case []any:
			for _, item := range held {
				if inner, ok := item.(map[string]any); ok {
					dropEmpty(inner)
				}
			}
			if len(held) == 0 {
				delete(values, key)
			}
		}
	}
}
