package policy

// Kind says where a document is attached, which decides its grammar.
type Kind uint8

const (
	// Identity documents are attached to users and roles, as policy or as
	// permissions boundary, or are given to a session. Their statements name no
	// principal.
	Identity Kind = iota
	// Resource documents are bucket policies. Each statement names principals.
	Resource
	// Endpoint documents are attached to VPC endpoints. Each statement names
	// principals.
	Endpoint
	// SCP documents are service control policies. Their statements name no
	// principal.
	SCP
	// RCP documents are resource control policies: they only deny, and to
	// everybody.
	RCP
)

func (k Kind) String() string {
	switch k {
	case Identity:
		return "identity"
	case Resource:
		return "resource"
	case Endpoint:
		return "endpoint"
	case SCP:
		return "service control"
	default:
		return "resource control"
	}
}

// The versions of the policy language. Policy variables exist only in
// Version2012. Documents without a version are of Version2008.
const (
	Version2008 = "2008-10-17"
	Version2012 = "2012-10-17"
)

// The effects of a statement.
const (
	Allow = "Allow"
	Deny  = "Deny"
)

// Document is one policy document as written, every list in its order. Treat a
// Document that Parse returned as immutable.
type Document struct {
	Kind       Kind
	Version    string
	ID         string
	Statements []Statement

	compiled []statement // filled by Parse and Compile
}

// Statement is one statement as written. Of each element and its Not-form at
// most one is not nil, and neither is empty.
type Statement struct {
	Sid, Effect               string
	Actions, NotActions       []string
	Resources, NotResources   []string
	Principals, NotPrincipals []Principal
	Conditions                []Condition
}

// Principal is one entry of a Principal element. Kind is AWS, Service,
// Federated, CanonicalUser, or * for the bare "*".
type Principal struct{ Kind, Value string }

// Condition is one operator applied to one key. All conditions of a statement
// must hold; of the values one suffices (none may match, for a negated operator).
type Condition struct {
	Operator, Key string
	Values        []string
}

// Compile returns the document ready for many decisions. Parse has done so
// already; it is for documents put together by hand.
func (d *Document) Compile() *Document {
	out := *d
	out.compiled = compileStatements(d)
	return &out
}

// statements returns the compiled statements, compiling if nobody has.
func (d *Document) statements() []statement {
	if d.compiled == nil {
		return compileStatements(d)
	}
	return d.compiled
}
