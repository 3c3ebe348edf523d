package daemon

import "time"

// Hasten lets years pass faster: the daemon looks at the clock less often than
// it should, which makes no difference where nobody sets the clock, and gives
// no memory back.
func (d *Daemon) Hasten() { d.wakes, d.tidy = 24*time.Hour, func() {} }
