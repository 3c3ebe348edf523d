package policy

// singleTri says whether something holds. Maybe is the answer where two
// readings of the documentation differ, and where a construct is not understood.
type singleTri int8

const (
	singleNo singleTri = iota
	singleMaybe
	singleYes
)

func singleIf(holds bool) singleTri {
	if holds {
		return singleYes
	}
	return singleNo
}

// singleBoth gives the common answer of two readings, maybe if they differ.
func singleBoth(one, other singleTri) singleTri {
	if one != other {
		return singleMaybe
	}
	return one
}

func (t singleTri) not() singleTri { return singleYes - t }

// singleAnd of nothing is yes.
func singleAnd(all ...singleTri) singleTri {
	result := singleYes
	for _, t := range all {
		result = min(result, t)
	}
	return result
}

// singleOr of nothing is no.
func singleOr(all ...singleTri) singleTri {
	result := singleNo
	for _, t := range all {
		result = max(result, t)
	}
	return result
}
