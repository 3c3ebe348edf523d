package policy

// tri is a truth value that may be open.
type tri uint8

const (
	no tri = iota
	open
	yes
)

func truth(b bool) tri {
	if b {
		return yes
	}
	return no
}

func (t tri) not() tri { return yes - t }

func both(a, b tri) tri { return min(a, b) }

func either(a, b tri) tri { return max(a, b) }
