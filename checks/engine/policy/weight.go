package policy

import "strings"

// What the parts of a compiled policy take in memory, in bytes, roughly.
const (
	readingWeight   = 500
	statementWeight = 600
	conditionWeight = 150
	resourceWeight  = 300
	principalWeight = 130
	valueWeight     = 250
	actionWeight    = 20
	pieceWeight     = 130 // a variable, with the text before it
	byteWeight      = 10  // a character of a pattern
)

// weigh estimates the memory that a reading takes with its text. What is short
// to write can be long in memory.
func (s source) weigh(r *reading) int {
	weight := readingWeight + len(s.text)
	if r.err != nil {
		return weight + len(r.err.Error())
	}
	for i := range r.document.Statements {
		weight += r.document.Statements[i].weigh()
	}
	return weight
}

func (s *Statement) weigh() int {
	weight := statementWeight + conditionWeight*len(s.Conditions) +
		actionWeight*(len(s.Actions)+len(s.NotActions)) + principalWeight*(len(s.Principals)+len(s.NotPrincipals)) +
		weighTexts(s.Resources, resourceWeight) + weighTexts(s.NotResources, resourceWeight)
	for i := range s.Conditions {
		weight += weighTexts(s.Conditions[i].Values, valueWeight)
	}
	return weight
}

func weighTexts(texts []string, each int) int {
	weight := each * len(texts)
	for _, text := range texts {
		weight += byteWeight*len(text) + pieceWeight*strings.Count(text, "${")
	}
	return weight
}
