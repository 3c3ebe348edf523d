package compose

import "github.com/quilt-auditor/quilt-auditor/exporters/report/document"

// rooms are how much there is of a document for each list that can be of any
// length; controls are of one framework.
type rooms struct {
	accounts, gaps, controls, failures, entries, changes, unknowns, reasons, unread, waivers, snapshots, inUse document.Room
}

// usual rooms leave the HTML, with all that is always there, below 5,000,000
// bytes.
func usual() rooms {
	return rooms{
		accounts:  document.Room{Rows: 1000, Bytes: 250_000},
		gaps:      document.Room{Rows: 300, Bytes: 60_000},
		controls:  document.Room{Rows: 500, Bytes: 100_000},
		failures:  document.Room{Rows: 3000, Bytes: 900_000},
		entries:   document.Room{Rows: 2000, Bytes: 1_800_000},
		changes:   document.Room{Rows: 3000, Bytes: 600_000},
		unknowns:  document.Room{Rows: 500, Bytes: 200_000},
		reasons:   document.Room{Rows: 50, Bytes: 150_000},
		unread:    document.Room{Rows: 500, Bytes: 100_000},
		waivers:   document.Room{Rows: 500, Bytes: 200_000},
		snapshots: document.Room{Rows: 800, Bytes: 200_000},
		inUse:     document.Room{Rows: 200, Bytes: 50_000},
	}
}
