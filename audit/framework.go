package audit

// Framework is a published standard in one version, as data: which controls
// a report can set beside the checks. Control.Standard and Control.Version of
// a check name its framework by Title and Version.
type Framework struct {
	// Name is the word for it on a command line, such as "cis".
	Name    string `json:"name"`
	Title   string `json:"title"`
	Version string `json:"version"`
	// Publisher issues the standard, and Source says where it is to be had.
	Publisher string `json:"publisher"`
	Source    string `json:"source"`
	// Note is what a reader has to know of the numbers, "" for nothing.
	Note     string             `json:"note,omitempty"`
	Controls []FrameworkControl `json:"controls"`
}

// FrameworkControl is one control of a Framework. Title says in our words
// what it asks for.
type FrameworkControl struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}
