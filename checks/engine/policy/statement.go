package policy

// statement is a compiled Statement.
type statement struct {
	source       *Statement
	deny         bool
	sure, may    actionSet
	resources    resourceList
	principals   []principal // nil in identity documents
	notPrincipal bool
	conditions   []condition
	public       tri // what the statement makes of a bucket policy, see Document.Public
}

func compileStatements(d *Document) []statement {
	out := make([]statement, len(d.Statements))
	for i := range d.Statements {
		out[i] = compileStatement(&d.Statements[i], d)
	}
	return out
}

func compileStatement(source *Statement, d *Document) statement {
	s := statement{source: source, deny: source.Effect != Allow}
	s.sure, s.may = compileActions(source)
	variables := d.Version == Version2012
	s.resources = compileResources(source, d.Kind, variables)
	listed := source.Principals
	if source.NotPrincipals != nil {
		listed, s.notPrincipal = source.NotPrincipals, true
	}
	for _, p := range listed {
		entry := parsePrincipal(p)
		if d.Kind == Endpoint {
			entry = entry.atEndpoint(source)
		}
		s.principals = append(s.principals, entry)
	}
	if d.Kind.namesPrincipals() && len(listed) == 0 {
		s.principals = []principal{{form: formUnclear}}
	}
	s.conditions = make([]condition, len(source.Conditions))
	for i := range source.Conditions {
		s.conditions[i] = compileCondition(&source.Conditions[i], variables)
	}
	s.public = s.makesPublic(variables)
	return s
}
