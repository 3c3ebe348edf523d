// Package document is a report as people read it, before it is HTML or
// Markdown: titled sections of paragraphs, tables, charts and entries. What is
// said is decided once; a format decides only how it looks.
package document

// Document is a whole report.
type Document struct {
	Title    string
	Subtitle string // the period
	Running  string // stands on every printed page; plain words of our own
	Lead     []Block
	Sections []Section
	Colophon Text
}

// Section is a numbered part of a document, which its table of contents names.
type Section struct {
	ID    string // unique in the document, of our own making
	Title string
	// Page sections begin on a page of their own, on paper.
	Page   bool
	Blocks []Block
}

// Block is one of the types below.
type Block interface{ block() }

// Paragraph is sentences.
type Paragraph struct{ Text Text }

// Note is a paragraph that must not be overlooked.
type Note struct{ Text Text }

// Heading begins a part of a section.
type Heading struct {
	ID    string // unique in the document, of our own making
	Title Text
}

// List is points that stand by themselves.
type List struct{ Items []Text }

// Figures are the numbers to see first.
type Figures struct{ Items []Figure }

// Figure is a number, what it counts, and what is to be known of it.
type Figure struct{ Value, Label, Detail string }

// Facts are terms with what they stand for here.
type Facts struct{ Items []Fact }

// Fact is a term and its value.
type Fact struct {
	Term  string
	Value Text
}

// Table has a row for each thing of a kind. What its first column says heads
// the row.
type Table struct {
	Caption string
	Columns []Column
	Rows    [][]Cell
	// Legend says how to read what is drawn.
	Legend string
	// LeftOut counts the rows for which there was no room, and Noun says what
	// a row is, in the plural.
	LeftOut int
	Noun    string
	// None is said in place of a table without rows.
	None string
}

// Column is the head of a column.
type Column struct {
	Title string
	Kind  Holding
}

// Holding is what the cells of a column hold.
type Holding int

// The kinds of column. Those of short names, such as account ids, are not to be
// broken; those of long ones, such as the IDs of checks, only where the name
// has a hyphen; drawn ones hold bars, which only some formats can show.
const (
	Words Holding = iota
	Numbers
	Short
	Long
	Drawn
)

// Cell is a text, or the parts of a whole.
type Cell struct {
	Text Text
	Bar  string // SVG
}

// Chart is a drawing, and the same as a table for formats without drawings and
// for readers who want the numbers.
type Chart struct {
	ID      string // unique in the document, of our own making
	Caption string
	SVG     string // of our own making
	Data    *Table
}

// Entry is one thing with all that there is to say of it.
type Entry struct {
	ID     string // unique in the document, of our own making
	Title  Text
	Tags   []string
	Blocks []Block
}

// Lines is text as it is, line by line, such as a command or a policy.
type Lines struct {
	Label    string
	Language string // json, sh or diff
	Text     string
}

func (Paragraph) block() {}
func (Note) block()      {}
func (Heading) block()   {}
func (List) block()      {}
func (Figures) block()   {}
func (Facts) block()     {}
func (*Table) block()    {}
func (*Chart) block()    {}
func (*Entry) block()    {}
func (*Lines) block()    {}
