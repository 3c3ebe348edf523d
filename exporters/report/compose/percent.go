package compose

import (
	"fmt"
	"slices"
)

// percents are the parts of a whole in per cent, with one decimal, so that what
// is written adds up to 100.0: first every part that is not nothing has at
// least 0.1, then those whose cut-off rest is greatest get what is left. So
// 100.0 is written of a part only if it is the whole, and 0 only of one that is
// nothing. "–" is said of a whole
// that is nothing.
func percents[D ~int64](parts ...D) []string {
	var whole D
	for _, p := range parts {
		whole += p
	}
	list := make([]string, len(parts))
	if whole <= 0 {
		for i := range list {
			list[i] = "–"
		}
		return list
	}
	for i, n := range thousandths(parts, whole) {
		list[i] = fmt.Sprintf("%d.%d %%", n/10, n%10)
		if n == 0 {
			list[i] = "0 %"
		}
	}
	return list
}

func thousandths[D ~int64](parts []D, whole D) []int {
	shares, rests := make([]int, len(parts)), make([]float64, len(parts))
	left := 1000
	for i, p := range parts {
		exact := 1000 * (float64(p) / float64(whole))
		shares[i] = int(exact)
		rests[i] = exact - float64(shares[i])
		if p > 0 && shares[i] == 0 {
			shares[i], rests[i] = 1, 0
		}
		left -= shares[i]
	}
	for ; left > 0; left-- {
		i := greatest(rests)
		shares[i]++
		rests[i] = -1
	}
	for ; left < 0; left++ {
		shares[greatest(shares)]--
	}
	return shares
}

func greatest[N int | float64](list []N) int { return slices.Index(list, slices.Max(list)) }

// percent is one part of a whole, as percents writes it.
func percent[D ~int64](part, rest D) string { return percents(part, rest)[0] }
