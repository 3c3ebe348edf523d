package prometheus

import (
	"strconv"
	"strings"
)

// acceptsGzip reports whether the answer may be, and had better be, gzip by
// these Accept-Encoding headers (RFC 9110 section 12.5.3): gzip has a weight,
// by name or by "*", and identity is not given a greater one.
func acceptsGzip(headers []string) bool {
	weights := map[string]float64{}
	for _, header := range headers {
		for item := range strings.SplitSeq(header, ",") {
			coding, parameters, _ := strings.Cut(item, ";")
			weights[codingName(coding)] = weight(parameters)
		}
	}
	gzip, named := weights["gzip"]
	if !named {
		gzip = weights["*"]
	}
	return gzip > 0 && gzip >= weights["identity"]
}

// codingName is the name of a coding in the form to compare; x-gzip is an old
// name of gzip (RFC 9110 section 8.4.1.3).
func codingName(coding string) string {
	name := strings.ToLower(strings.TrimSpace(coding))
	if name == "x-gzip" {
		return "gzip"
	}
	return name
}

// weight is the q of the parameters: 1 if there is none, 0 if it cannot be
// read, since plain text is right for every client.
func weight(parameters string) float64 {
	name, value, found := strings.Cut(parameters, "=")
	if !found {
		if strings.TrimSpace(parameters) == "" {
			return 1
		}
		return 0
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || !strings.EqualFold(strings.TrimSpace(name), "q") || q < 0 || q > 1 {
		return 0
	}
	return q
}
